package org.lodestar.engine.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;

/// The report's Markdown page: a head that says what all pictures share, the verdicts at a glance, and one section per experiment.
///
/// A page can be read back, so that a run of some experiments renews their sections and keeps the others. It keeps none that were measured on something else: what the head says must be the same.
///
/// @param head     what all pictures share: model, device, prompts, size, steps
/// @param sections by ascending number
record EvidencePage(String head, List<Section> sections) {
    private static final String TITLE = "# What the guidance policies do, measured\n\n";
    private static final String VERDICTS = "| # | experiment | expected direction |\n|---|---|---|\n";
    private static final Pattern SECTION = Pattern.compile("\n## (\\d+) ([^\n]+)\n\n(.*?)(?=\n## \\d+ |\\z)", Pattern.DOTALL);
    private static final Pattern VERDICT = Pattern.compile("\\*\\*Found: ([^.]+)\\.\\*\\*");

    /// One experiment's part of the page.
    ///
    /// @param number of the experiment
    /// @param title  of the experiment
    /// @param body   Markdown; says the verdict as `**Found: ....**`
    record Section(int number, String title, String body) {

        private String heading() {
            return number + " " + title;
        }

        private String anchor() {
            return heading().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
        }

        private String verdict() {
            Matcher verdict = VERDICT.matcher(body);
            return verdict.find() ? verdict.group(1) : "";
        }
    }

    EvidencePage {
        sections = sections.stream().sorted(Comparator.comparingInt(Section::number)).toList();
    }

    /// The page in `file` if it has this head, else a page without sections.
    ///
    /// @throws EngineException.OutputFailure if there is a file that cannot be read
    static EvidencePage at(Path file, String head) {
        EvidencePage empty = new EvidencePage(head, List.of());
        if (!Files.exists(file)) {
            return empty;
        }
        try {
            String text = Files.readString(file);
            if (!text.startsWith(TITLE + head)) {
                return empty;
            }
            return new EvidencePage(
                    head, SECTION.matcher(text).results().map(m -> new Section(Integer.parseInt(m.group(1)), m.group(2), m.group(3))).toList());
        } catch (IOException e) {
            throw new EngineException.OutputFailure(
                    "The report " + file + " is there and cannot be read (" + e.getMessage() + "). Mend it, or choose another folder.", e);
        }
    }

    /// This page with `section` in place of the one of the same number.
    EvidencePage with(Section section) {
        List<Section> others = new ArrayList<>(sections.stream().filter(one -> one.number() != section.number()).toList());
        others.add(section);
        return new EvidencePage(head, others);
    }

    String markdown() {
        String verdicts = sections.stream()
                .map(one -> "| " + one.number() + " | [" + one.title() + "](#" + one.anchor() + ") | " + one.verdict() + " |\n")
                .collect(Collectors.joining());
        String bodies = sections.stream().map(one -> "\n## " + one.heading() + "\n\n" + one.body()).collect(Collectors.joining());
        return TITLE + head + VERDICTS + verdicts + bodies;
    }
}

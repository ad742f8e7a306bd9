package org.lodestar.engine.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.evidence.Scope.Trial;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Slot;
import org.lodestar.engine.image.Mosaic;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.record.AtomicFile;

/// The documents on guidance, written from the catalogue: an index and a page per [Family], with a picture of plain CFG against each policy.
public final class GuidancePages {
    private static final String INDEX = "README.md";
    /// Written by hand.
    private static final String MISSING = "what-is-not-here.md";

    /// What is painted to show a policy.
    ///
    /// @param stack    the policy with settings that show what it does
    /// @param negative the negative prompt, of plain CFG too
    record Example(String stack, String negative) {
        /// The stack, over the scope's CFG where it sets no strength itself.
        Trial trial(PolicyType type, Scope scope) {
            boolean strength = type.slots().contains(Slot.STRENGTH);
            return scope.policy(strength ? stack : stack + " + " + scope.cfg().text()).withNegative(negative);
        }
    }

    /// Policies that do nothing at their defaults, or nothing without a negative prompt.
    private static final Map<String, Example> EXAMPLES = Map.of(
            "interval", new Example("interval(lo=0.28,hi=5.42)", ""),
            "window", new Example("window(from=0,to=0.4)", ""),
            "negative_window", new Example("negative_window", "red"),
            "perp_neg", new Example("perp_neg", "red"),
            "contrastive", new Example("contrastive", "red"),
            "and", new Example("and(text=\"blue\")", ""),
            "not", new Example("not(text=\"red\")", ""),
            "sega", new Example("sega(text=\"blue\")", ""),
            "erase", new Example("erase(concept=\"red\",instead=\"blue\")", ""),
            "guardian", new Example("guardian(safe=\"a green leaf\")", ""));

    /// What shows the policy best.
    static Example example(PolicyType type) {
        return EXAMPLES.getOrDefault(type.descriptor().id(), new Example(type.descriptor().id(), ""));
    }

    private GuidancePages() {}

    /// All pages by file name, the index first.
    ///
    /// @param hasPicture whether there is a picture of the policy of that id
    public static Map<String, String> pages(Predicate<String> hasPicture) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put(INDEX, index());
        for (Family family : Family.values()) {
            if (!policies(family).isEmpty()) {
                pages.put(family.page() + ".md", page(family, hasPicture));
            }
        }
        return pages;
    }

    /// Makes the pictures and writes all pages into `folder`, which is made if missing.
    ///
    /// @param wanted of which policies pictures are made; others stay as they are
    /// @return the names of policies of which no picture could be made, with the reason
    /// @throws EngineException if a run fails for another reason than that the model cannot do it, or if files cannot be written
    public static Map<String, String> write(Lab lab, Path folder, Predicate<PolicyType> wanted) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new EngineException.OutputFailure("The folder " + folder + " cannot be made (" + e.getMessage() + "). Choose another one.", e);
        }
        Map<String, String> without = new LinkedHashMap<>();
        for (PolicyType type : Catalog.policies().stream().filter(wanted).toList()) {
            try {
                AtomicFile.replace(folder.resolve(picture(type)), Png.encode(compare(type, lab), List.of()));
            } catch (EngineException.InvalidInput | EngineException.ModelProblem e) {
                without.put(type.descriptor().name(), String.valueOf(e.getMessage()));
            }
        }
        writeText(folder);
        return without;
    }

    /// Writes all pages into an existing folder, with the pictures that lie there.
    public static void writeText(Path folder) {
        pages(id -> Files.exists(folder.resolve(picture(id)))).forEach((name, text) -> AtomicFile.replace(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Plain CFG over the policy, from the same noise, one column per prompt.
    private static Rgb compare(PolicyType type, Lab lab) {
        int each = lab.scope().seeds();
        Example example = example(type);
        List<Picture> plain = lab.pictures(lab.scope().cfg().withNegative(example.negative()));
        List<Picture> guided = lab.pictures(example.trial(type, lab.scope()));
        return new Mosaic(
                        lab.scope().prompts(),
                        List.of(
                                new Mosaic.Row("CFG " + Numbers.plain(lab.scope().w()), AdaptiveSavings.firsts(plain, each)),
                                new Mosaic.Row(type.descriptor().name(), AdaptiveSavings.firsts(guided, each))))
                .draw();
    }

    private static String picture(PolicyType type) {
        return picture(type.descriptor().id());
    }

    private static String picture(String id) {
        return id + ".png";
    }

    private static List<PolicyType> policies(Family family) {
        return Catalog.policies().stream().filter(type -> Family.of(type) == family).toList();
    }

    private static String index() {
        StringBuilder out = new StringBuilder();
        out.append("# Guidance policies\n\n");
        out.append("What each way of guiding does, in words and in its formula. Policies are stacked with `+`: `interval(lo=0.3,hi=5) + apg(w=10)`. Made from the catalogue by\n");
        out.append("`./lodestar docs guidance`; what they do to pictures in numbers is in [../evidence](../evidence/README.md).\n\n");
        out.append("With `D_c` the clean picture estimated under the prompt, `D_r` the one under the reference (the negative or empty prompt) and `w` the strength, plain guidance is\n");
        out.append("`D = D_r + w*(D_c - D_r)`. NFE counts network evaluations per picture. What is missing, and why, is in [").append(MISSING).append("](").append(MISSING).append(").\n");
        for (Family family : Family.values()) {
            List<PolicyType> policies = policies(family);
            if (policies.isEmpty()) {
                continue;
            }
            out.append("\n## [").append(family.title()).append("](").append(family.page()).append(".md)\n\n").append(family.introduction()).append("\n\n");
            out.append("| policy | what it does | evaluations per step | fidelity |\n|---|---|---|---|\n");
            for (PolicyType type : policies) {
                Descriptor d = type.descriptor();
                out.append("| [").append(d.name()).append("](").append(family.page()).append(".md#").append(anchor(d)).append(") `").append(d.id()).append("` | ").append(cell(d.summary()))
                        .append(" | ").append(cell(type.cost())).append(" | ").append(words(d.fidelity())).append(" |\n");
            }
        }
        return out.toString();
    }

    private static String page(Family family, Predicate<String> hasPicture) {
        StringBuilder out = new StringBuilder();
        out.append("# ").append(family.title()).append("\n\n").append(family.introduction()).append(" Back to the [index](").append(INDEX).append(").\n");
        for (PolicyType type : policies(family)) {
            section(out, type, hasPicture.test(type.descriptor().id()));
        }
        return out.toString();
    }

    private static void section(StringBuilder out, PolicyType type, boolean hasPicture) {
        Descriptor d = type.descriptor();
        out.append("\n## ").append(d.name()).append("\n\n").append(d.title()).append(" (`").append(d.id()).append("`). ").append(d.summary()).append("\n\n");
        out.append("```\n").append(d.formula()).append("\n```\n\n");
        if (!d.parameters().isEmpty()) {
            out.append("| parameter | name | default | range | meaning |\n|---|---|---|---|---|\n");
            d.parameters().forEach(spec -> out.append("| `").append(spec.name()).append("` | ").append(spec.label()).append(" | ").append(cell(fallback(spec))).append(" | ")
                    .append(cell(range(spec))).append(" | ").append(cell(spec.help())).append(" |\n"));
            out.append('\n');
        }
        out.append("- Acts as a part that ").append(Arrays.stream(Slot.values()).filter(type.slots()::contains).map(Slot::role).collect(Collectors.joining(", "))).append(".\n");
        out.append("- Network evaluations per step: ").append(type.cost()).append(".\n");
        out.append("- Fidelity: ").append(words(d.fidelity())).append(".\n");
        if (!d.reference().isBlank()) {
            out.append("- Reference: ").append(reference(d.reference())).append(".\n");
        }
        if (hasPicture) {
            Example example = example(type);
            out.append("\nPlain CFG above, `").append(example.stack()).append("` below, from the same noise");
            out.append(example.negative().isEmpty() ? "" : ", both with the negative prompt \"" + example.negative() + "\"");
            out.append(":\n\n![CFG and ").append(d.name()).append("](").append(picture(type)).append(")\n");
        } else {
            out.append("\nThere is no picture of it: it needs more than the starter model and one picture at a time.\n");
        }
    }


    private static String anchor(Descriptor d) {
        return d.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    private static String fallback(ParameterSpec spec) {
        return switch (spec) {
            case ParameterSpec.Real real -> Descriptor.plain(real.preset());
            case ParameterSpec.Choice choice -> choice.preset();
            case ParameterSpec.Flag flag -> flag.preset() ? "yes" : "no";
            case ParameterSpec.Text text -> text.preset().isEmpty() ? "(empty)" : "`" + text.preset() + "`";
        };
    }

    private static String range(ParameterSpec spec) {
        return switch (spec) {
            case ParameterSpec.Real real -> Descriptor.plain(real.min()) + " to " + Descriptor.plain(real.max()) + (real.unit().isEmpty() ? "" : " " + real.unit())
                    + (real.whole() ? ", whole" : "");
            case ParameterSpec.Choice choice -> String.join(", ", choice.options());
            case ParameterSpec.Flag _ -> "yes or no";
            case ParameterSpec.Text _ -> "text";
        };
    }

    private static String words(Descriptor.Fidelity fidelity) {
        return switch (fidelity) {
            case EXACT -> "the published rule";
            case RECONSTRUCTED -> "reconstructed from secondary sources; details may differ";
            case APPROXIMATION -> "an approximation of the published rule";
        };
    }

    private static String reference(String reference) {
        List<String> parts = new ArrayList<>();
        for (String part : reference.split(", ", -1)) {
            boolean paper = part.matches("arXiv \\d{4}\\.\\d{4,5}");
            parts.add(paper ? "[" + part + "](https://arxiv.org/abs/" + part.substring("arXiv ".length()) + ")" : part);
        }
        return String.join(", ", parts);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}

package org.lodestar.studio;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.studio.Screenshot.Shot;
import org.lodestar.studio.theme.Theme;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "screenshot", description = "Renders the real window without a display, after making real pictures in it.")
final class ScreenshotCommand implements Callable<Integer> {
    private static final Pattern SIZE = Pattern.compile("(\\d{3,4})x(\\d{3,4})");
    private static final List<String> SCREENS = Scenarios.ALL.stream().map(Scenario::screen).distinct().toList();
    private static final List<Size> ALL_SIZES = List.of(new Size(1400, 900), new Size(1000, 700));

    private record Size(int width, int height) {}

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--screen", paramLabel = "ID", description = "create (the usual one), compare or models.")
    private @Nullable String screen;

    @Option(names = "--state", paramLabel = "ID", description = "What is going on in it; a wrong one lists all. Usually the screen at its best.")
    private @Nullable String state;

    @Option(names = "--theme", paramLabel = "ID", defaultValue = "dark", description = "dark or light.")
    private String theme = "dark";

    @Option(names = "--size", paramLabel = "WxH", defaultValue = "1400x900", description = "Size of the window's content.")
    private String size = "1400x900";

    @Option(names = "--out", paramLabel = "F.png", description = "The picture's file.")
    private @Nullable Path out;

    @Option(names = "--all", paramLabel = "DIR", description = "Every state, of one screen or of all, in both themes and two sizes, into this folder.")
    private @Nullable Path all;

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        if (screen != null && !SCREENS.contains(screen)) {
            problems.add(new Problem("--screen", "one of " + String.join(", ", SCREENS), screen, "Check the spelling"));
        }
        List<Scenario> scenarios = scenarios();
        if (scenarios.isEmpty() && problems.isEmpty()) {
            problems.add(new Problem("--state", "one of " + states(), String.valueOf(state), "Check the spelling"));
        }
        if (!theme.equals("dark") && !theme.equals("light")) {
            problems.add(new Problem("--theme", "dark or light", theme, "Check the spelling"));
        }
        Matcher sides = SIZE.matcher(size);
        if (!sides.matches()) {
            problems.add(new Problem("--size", "width and height in pixels, such as 1400x900", size, "Write them with an x between"));
        }
        if (out == null && all == null) {
            problems.add(new Problem("--out", "a file for the picture", "none", "Add for example --out create.png"));
        }
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
        System.setProperty("glass.platform", "Headless");
        System.setProperty("prism.order", "sw");
        try (Screenshot screenshot = new Screenshot()) {
            if (out != null) {
                Size chosen = new Size(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2)));
                Shot shot = new Shot(Theme.valueOf(theme.toUpperCase(Locale.ROOT)), chosen.width(), chosen.height(), out);
                report(out, screenshot.take(scenarios.getFirst(), List.of(shot)));
            }
            if (all != null) {
                for (Scenario scenario : scenarios) {
                    screenshot.take(scenario, everyLook(scenario, all));
                    say(scenario.screen() + " " + scenario.id());
                }
            }
        }
        return 0;
    }

    /// What was asked for; without a screen the first one, unless all are wanted.
    private List<Scenario> scenarios() {
        String wanted = screen == null && all == null ? SCREENS.getFirst() : screen;
        return Scenarios.ALL.stream()
                .filter(scenario -> wanted == null || scenario.screen().equals(wanted))
                .filter(scenario -> state == null || scenario.id().equals(state))
                .toList();
    }

    private String states() {
        String wanted = screen == null ? SCREENS.getFirst() : screen;
        return Scenarios.ALL.stream().filter(scenario -> scenario.screen().equals(wanted)).map(Scenario::id).collect(Collectors.joining(", "));
    }

    private static List<Shot> everyLook(Scenario scenario, Path folder) {
        List<Shot> shots = new ArrayList<>();
        for (Size each : ALL_SIZES) {
            for (Theme look : Theme.values()) {
                String name = "%s-%s-%s-%d.png".formatted(scenario.screen(), scenario.id(), look.name().toLowerCase(Locale.ROOT), each.width());
                shots.add(new Shot(look, each.width(), each.height(), folder.resolve(name)));
            }
        }
        return shots;
    }

    private void report(Path file, Screenshot.Seen seen) {
        double window = sinceLaunch(seen.window());
        say(String.format(Locale.ROOT, "%s  window %.2f s and first picture %.2f s after launch", file, window, sinceLaunch(seen.firstPicture())));
    }

    private void say(String line) {
        PrintWriter results = Objects.requireNonNull(spec, "picocli injects it").commandLine().getOut();
        results.println(line);
        results.flush();
    }

    private static double sinceLaunch(Instant moment) {
        Instant launch = ProcessHandle.current().info().startInstant().orElse(moment);
        return Duration.between(launch, moment).toMillis() / 1e3;
    }
}

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
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.studio.theme.Theme;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "screenshot", description = "Renders the real window without a display, after making real pictures in it.")
final class ScreenshotCommand implements Callable<Integer> {
    private static final Pattern SIZE = Pattern.compile("(\\d{3,4})x(\\d{3,4})");
    private static final List<String> SCREENS = List.of("create", "compare", "models");

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--screen", paramLabel = "ID", defaultValue = "create", description = "create, compare or models.")
    private String screen = "create";

    @Option(names = "--theme", paramLabel = "ID", defaultValue = "dark", description = "dark or light.")
    private String theme = "dark";

    @Option(names = "--size", paramLabel = "WxH", defaultValue = "1400x900", description = "Size of the window's content.")
    private String size = "1400x900";

    @Option(names = "--out", paramLabel = "F.png", description = "The picture's file.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        if (!SCREENS.contains(screen)) {
            problems.add(new Problem("--screen", "one of " + String.join(", ", SCREENS), screen, "Check the spelling"));
        }
        if (!theme.equals("dark") && !theme.equals("light")) {
            problems.add(new Problem("--theme", "dark or light", theme, "Check the spelling"));
        }
        Matcher sides = SIZE.matcher(size);
        if (!sides.matches()) {
            problems.add(new Problem("--size", "width and height in pixels, such as 1400x900", size, "Write them with an x between"));
        }
        Path file = out;
        if (file == null) {
            problems.add(new Problem("--out", "a file for the picture", "none", "Add for example --out create.png"));
        }
        if (!problems.isEmpty() || file == null) {
            throw new EngineException.InvalidInput(problems);
        }
        System.setProperty("glass.platform", "Headless");
        System.setProperty("prism.order", "sw");
        Screenshot.Seen seen =
                new Screenshot(screen, Theme.valueOf(theme.toUpperCase(Locale.ROOT)), Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2)), file).take();
        PrintWriter results = Objects.requireNonNull(spec, "picocli injects it").commandLine().getOut();
        results.printf(
                Locale.ROOT, "%s  window %.2f s and first picture %.2f s after launch%n", file, sinceLaunch(seen.window()), sinceLaunch(seen.firstPicture()));
        results.flush();
        return 0;
    }

    private static double sinceLaunch(Instant moment) {
        Instant launch = ProcessHandle.current().info().startInstant().orElse(moment);
        return Duration.between(launch, moment).toMillis() / 1e3;
    }
}

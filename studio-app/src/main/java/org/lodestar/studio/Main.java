package org.lodestar.studio;

import javafx.application.Application;
import org.lodestar.engine.cli.Installation;
import org.lodestar.engine.cli.LodestarCommand;
import org.lodestar.engine.cli.LogFile;

/// Starts the program: the window without arguments, else the command line.
public final class Main {
    private static final int NO_DISPLAY = 2;

    private Main() {}

    public static void main(String[] args) {
        LogFile.open(Installation.ofThisSystem());
        if (args.length > 0) {
            System.exit(LodestarCommand.create(new ScreenshotCommand()).execute(args));
        }
        if (!hasDisplay()) {
            System.exit(LodestarCommand.refuse(
                    NO_DISPLAY, "There is no display to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set). Without one, try: ./lodestar generate --prompt \"a red fox\""));
        }
        Application.launch(StudioApp.class);
    }

    /// Linux says in the environment; elsewhere there is one.
    private static boolean hasDisplay() {
        return !System.getProperty("os.name", "").startsWith("Linux")
                || System.getProperty("glass.platform") != null
                || !System.getenv().getOrDefault("DISPLAY", "").isEmpty()
                || !System.getenv().getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
    }
}

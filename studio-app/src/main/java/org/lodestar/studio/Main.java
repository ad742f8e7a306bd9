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
                    NO_DISPLAY, "There is no display to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set). Without one, try: ./lodestar generate --prompt \"a red apple\""));
        }
        try {
            Application.launch(StudioApp.class);
        } catch (UnsupportedOperationException e) {
            // JavaFX says so where the system has no GTK 3; the log has its words.
            System.getLogger(Main.class.getName()).log(System.Logger.Level.ERROR, "The window did not open", e);
            System.exit(LodestarCommand.refuse(
                    NO_DISPLAY, "Window: expected the GTK 3 libraries of this system, found none that load. Install them (the package is called libgtk-3-0 or gtk3), or use the command line: ./lodestar help"));
        }
    }

    /// Linux says in the environment; elsewhere there is one.
    private static boolean hasDisplay() {
        return !System.getProperty("os.name", "").startsWith("Linux")
                || System.getProperty("glass.platform") != null
                || !System.getenv().getOrDefault("DISPLAY", "").isEmpty()
                || !System.getenv().getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
    }
}

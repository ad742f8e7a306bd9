package org.lodestar.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Sends the program's log to a file in the cache folder, so that technical details are kept and nobody has to read them.
public final class LogFile {
    private static final int MAX_BYTES = 1 << 20;

    private LogFile() {}

    /// From now on nothing of the log reaches the terminal. Where the file cannot be written, the log is dropped.
    ///
    /// @return the folder it is in
    public static Path open(Installation installation) {
        Path folder = installation.cache().resolve("log");
        LogManager.getLogManager().reset();
        try {
            Files.createDirectories(folder);
            Handler file = new FileHandler(folder.toString().replace("%", "%%") + "/lodestar-%u.log", MAX_BYTES, 1, true);
            file.setFormatter(new SimpleFormatter());
            file.setLevel(Level.INFO);
            Logger.getLogger("").addHandler(file);
        } catch (IOException e) {
            return folder; // a program that cannot log can still make pictures; doctor tells that the folder cannot be written
        }
        return folder;
    }
}

package org.lodestar.engine.record;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lodestar.engine.fault.EngineException;

/// Names of pictures in a folder: `2026-11-23/0007-1234567890.png`, a folder per day, a number that counts up within it, the seed.
public final class OutputNames {
    private static final Pattern NUMBERED = Pattern.compile("(\\d{4,9})-.*");

    private OutputNames() {}

    /// The folder of `day` under `folder`, made if missing.
    ///
    /// @throws EngineException.OutputFailure if it cannot be made
    public static Path dayFolder(Path folder, LocalDate day) {
        Path dayFolder = folder.resolve(day.toString());
        try {
            return Files.createDirectories(dayFolder);
        } catch (IOException e) {
            throw new EngineException.OutputFailure(
                    dayFolder + ": expected to make this folder for pictures, found that it cannot be made. Choose another folder or change the permissions.", e);
        }
    }

    /// One more than the greatest number in `dayFolder`, from 1.
    public static int nextNumber(Path dayFolder) {
        int greatest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dayFolder)) {
            for (Path file : files) {
                Matcher name = NUMBERED.matcher(Objects.toString(file.getFileName()));
                if (name.matches()) {
                    greatest = Math.max(greatest, Integer.parseInt(name.group(1)));
                }
            }
        } catch (IOException e) {
            throw new EngineException.OutputFailure(dayFolder + ": expected a folder that can be listed, found one that cannot. Choose another folder.", e);
        }
        return greatest + 1;
    }

    /// `0007-1234567890.png`; a negative seed is written as the unsigned number with the same bits.
    public static String numbered(int number, long seed) {
        return String.format("%04d-%s.png", number, Long.toUnsignedString(seed));
    }

    /// `file` with `suffix` before its extension: `fox.png` and `-2` give `fox-2.png`.
    public static Path withSuffix(Path file, String suffix) {
        String name = Objects.toString(file.getFileName());
        int dot = name.lastIndexOf('.');
        String suffixed = dot <= 0 ? name + suffix : name.substring(0, dot) + suffix + name.substring(dot);
        return file.resolveSibling(suffixed);
    }
}

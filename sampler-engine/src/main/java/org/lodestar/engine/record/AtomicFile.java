package org.lodestar.engine.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.lodestar.engine.fault.EngineException;

/// Writes whole files: under its final name a file is either complete and on the disk, or not there.
///
/// The bytes go to a hidden temporary file in the same folder, are forced to the disk, and get the final name in one step; then the folder is forced too. Whatever goes
/// wrong, the temporary file is removed and [EngineException.OutputFailure] says what to do.
public final class AtomicFile {

    private AtomicFile() {}

    /// How bytes get into the temporary file: a seam for tests of a disk that fails.
    @FunctionalInterface
    interface Disk {
        void write(Path file, byte[] bytes) throws IOException;
    }

    /// Writes a new file.
    ///
    /// @throws EngineException.OutputFailure if `target` exists (see [#exists]), or its folder is missing, cannot be written, or is full
    public static void write(Path target, byte[] bytes) {
        write(target, bytes, AtomicFile::writeAndForce, false);
    }

    /// Writes a file in place of the one that may be there.
    ///
    /// @throws EngineException.OutputFailure if the folder is missing, cannot be written, or is full; an old file is then unharmed
    public static void replace(Path target, byte[] bytes) {
        write(target, bytes, AtomicFile::writeAndForce, true);
    }

    /// Whether `failure` came from [#write] finding a file of that name.
    public static boolean exists(EngineException.OutputFailure failure) {
        return failure.getCause() instanceof FileAlreadyExistsException;
    }

    static void write(Path target, byte[] bytes, Disk disk, boolean replace) {
        Path folder = Objects.requireNonNullElse(target.toAbsolutePath().getParent(), target);
        Path temporary = folder.resolve("." + target.getFileName() + ".tmp-" + UUID.randomUUID().toString().substring(0, 8));
        try {
            if (!replace && Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            try {
                disk.write(temporary, bytes);
                if (replace) {
                    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                } else {
                    giveNewName(temporary, target);
                }
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException | ReadOnlyFileSystemException e) {
            throw new EngineException.OutputFailure(sentence(target, folder, bytes.length, e), e);
        }
        forceFolder(folder);
    }

    /// A hard link fails where the name is taken, which a rename on POSIX does not; file systems without links get a rename after a look.
    private static void giveNewName(Path temporary, Path target) throws IOException {
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void writeAndForce(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows cannot open folders; the file itself is on the disk already.
            return;
        }
    }

    static String sentence(Path target, Path folder, long bytes, Exception cause) {
        String why = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (cause instanceof FileAlreadyExistsException) {
            return target + ": expected a new name, found a file that is already there. It was not touched; choose another name.";
        }
        if (cause instanceof NoSuchFileException || !Files.isDirectory(folder)) {
            return target + ": expected a folder to write to, found no folder " + folder + ". Make it or choose another one.";
        }
        if (why.contains("no space left") || why.contains("not enough space") || why.contains("quota")) {
            return target + ": expected room for " + Math.max(1, bytes / 1024) + " kB, found a full disk at " + folder
                    + ". Free some space or choose another folder; nothing half written was left.";
        }
        if (cause instanceof AccessDeniedException || cause instanceof ReadOnlyFileSystemException || why.contains("read-only")) {
            return target + ": expected a folder that may be written to, found " + folder + " protected. Change its permissions or choose another folder.";
        }
        return target + ": expected to write " + Math.max(1, bytes / 1024) + " kB to " + folder + ", found an error of the disk (" + reason(cause)
                + "). Check the disk or choose another folder; nothing half written was left.";
    }

    private static String reason(Exception cause) {
        if (cause instanceof FileSystemException e && e.getReason() != null) {
            return e.getReason();
        }
        return cause instanceof UncheckedIOException || cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}

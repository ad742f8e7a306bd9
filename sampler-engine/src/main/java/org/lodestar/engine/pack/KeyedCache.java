package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Small texts that are costly to find out and kept between starts: file hashes, fitted preview factors, measurements. One file per entry, so that programs running
/// side by side do not disturb each other. A cache that cannot be read or written only costs time.
public final class KeyedCache {
    private final Path folder;

    /// @param folder made when first written
    public KeyedCache(Path folder) {
        this.folder = folder;
    }

    /// What was put under `key`, if it is still there.
    public Optional<String> get(String kind, String key) {
        try {
            Path file = file(kind, key);
            return Files.isReadable(file) ? Optional.of(Files.readString(file, StandardCharsets.UTF_8)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Keeps `value` under `key`.
    ///
    /// @param kind names the sub-folder
    public void put(String kind, String key, String value) {
        try {
            Path target = file(kind, key);
            Files.createDirectories(folder.resolve(kind));
            Path fresh = Files.createTempFile(folder.resolve(kind), "new-", "");
            Files.writeString(fresh, value, StandardCharsets.UTF_8);
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // found out again next time
        }
    }

    private Path file(String kind, String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return folder.resolve(kind).resolve(HexFormat.of().formatHex(digest, 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package org.lodestar.engine.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Names the content of a model: SHA-256 over the lines `<SHA-256 of the file>  <relative path>\n` of its files, sorted by path with `/` as separator (what
/// `sha256sum` prints), so that a moved folder keeps its hash and a changed weight does not.
///
/// Hashing gigabytes takes seconds, so the hashes of files are kept under path, size and time of last change.
public final class ContentHash {
    private static final String KIND = "hashes";

    private final KeyedCache cache;

    public ContentHash(KeyedCache cache) {
        this.cache = cache;
    }

    /// The hash of `files`, which lie under `root`.
    public String of(Path root, List<Path> files) throws IOException {
        TreeMap<String, Path> sorted = new TreeMap<>();
        for (Path file : files) {
            sorted.put(root.relativize(file).toString().replace('\\', '/'), file);
        }
        StringBuilder lines = new StringBuilder();
        for (var entry : sorted.entrySet()) {
            lines.append(of(entry.getValue())).append("  ").append(entry.getKey()).append('\n');
        }
        return HexFormat.of().formatHex(digest().digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /// SHA-256 of one file, hex; from the cache if it is known.
    public String of(Path file) throws IOException {
        Path real = file.toRealPath();
        String key = real + "\n" + Files.size(real) + "\n" + Files.getLastModifiedTime(real);
        Optional<String> known = cache.get(KIND, key).filter(hash -> hash.matches("[0-9a-f]{64}"));
        if (known.isPresent()) {
            return known.get();
        }
        String hash = compute(real);
        cache.put(KIND, key, hash);
        return hash;
    }

    private static String compute(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

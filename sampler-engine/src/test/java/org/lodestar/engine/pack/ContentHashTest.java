package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentHashTest {
    @TempDir
    Path temp;

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Path file(String name, String content) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    @Test
    void hashesTheListThatSha256sumPrints() throws Exception {
        List<Path> files = List.of(file("m/unet/model.onnx", "weights"), file("m/a.json", "{}"));

        String hash = new ContentHash(new KeyedCache(temp.resolve("cache"))).of(temp.resolve("m"), files);

        assertThat(hash).isEqualTo(sha256(sha256("{}") + "  a.json\n" + sha256("weights") + "  unet/model.onnx\n"));
    }

    @Test
    void remembersFilesUntilTheyChange() throws Exception {
        ContentHash hashes = new ContentHash(new KeyedCache(temp.resolve("cache")));
        Path file = file("f", "one");
        FileTime time = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, time);
        assertThat(hashes.of(file)).isEqualTo(sha256("one"));

        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);
        assertThat(hashes.of(file)).as("same size and time: taken from the cache").isEqualTo(sha256("one"));

        Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
        assertThat(hashes.of(file)).isEqualTo(sha256("two"));
    }

    @Test
    void worksWithoutACache() throws Exception {
        Path blocked = file("blocked", "a file where the folder should be");

        assertThat(new ContentHash(new KeyedCache(blocked)).of(file("f", "one"))).isEqualTo(sha256("one"));
    }
}

package org.lodestar.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Pictures;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.PngReader;
import org.lodestar.engine.image.PngText;
import org.lodestar.engine.image.Rgb;

class PictureFileTest {
    private static final Rgb IMAGE = Pictures.noise(3, 24, 16);
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);

    @TempDir
    Path folder;

    @Test
    void aPictureCarriesItsRecipeTwiceAndTheMarkOfItsMaking() {
        Path file = folder.resolve("fox.png");
        PictureFile.save(file, IMAGE, Records.record());

        PictureFile read = PictureFile.read(file);

        assertThat(read.image()).isEqualTo(IMAGE);
        assertThat(read.record()).contains(Records.record());
        assertThat(read.parameters().orElseThrow().prompt()).isEqualTo("a red apple: shiny");
        assertThat(read.notes()).isEmpty();
        assertThat(new String(PictureFile.encode(IMAGE, Records.record()), StandardCharsets.ISO_8859_1))
                .contains("XML:com.adobe.xmp")
                .contains("trainedAlgorithmicMedia");
    }

    @Test
    void picturesInAFolderAreNumberedPerDay() {
        assertThat(PictureFile.save(folder, DAY, IMAGE, Records.record())).isEqualTo(folder.resolve("2026-11-23/0001-7.png"));
        assertThat(PictureFile.save(folder, DAY, IMAGE, Records.record())).isEqualTo(folder.resolve("2026-11-23/0002-7.png"));
        assertThat(PictureFile.save(folder, DAY.plusDays(1), IMAGE, Records.record())).isEqualTo(folder.resolve("2026-11-24/0001-7.png"));
    }

    @Test
    void anExistingFileIsNeverTouched() throws IOException {
        Path file = Files.writeString(folder.resolve("fox.png"), "precious");

        EngineException.OutputFailure failure =
                catchThrowableOfType(EngineException.OutputFailure.class, () -> PictureFile.save(file, IMAGE, Records.record()));

        assertThat(AtomicFile.exists(failure)).isTrue();
        assertThat(failure).hasMessageContaining("already there");
        assertThat(file).hasContent("precious");
        assertThat(filesIn(folder)).containsExactly(file);
    }

    @Test
    void replacingIsAskedForByName() {
        Path file = folder.resolve("metrics.csv");
        AtomicFile.replace(file, new byte[] {1});
        AtomicFile.replace(file, new byte[] {2, 3});
        assertThat(file).hasBinaryContent(new byte[] {2, 3});
        assertThat(filesIn(folder)).containsExactly(file);
    }

    @Test
    void aMissingFolderIsNamed() {
        Path file = folder.resolve("no/such/fox.png");
        assertThatThrownBy(() -> AtomicFile.write(file, new byte[] {1}))
                .isInstanceOf(EngineException.OutputFailure.class)
                .hasMessageContaining("found no folder " + folder.resolve("no/such"));
        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void aFileInTheWayOfAFolderIsNamed() throws IOException {
        Files.writeString(folder.resolve("2026-11-23"), "not a folder");
        assertThatThrownBy(() -> PictureFile.save(folder, DAY, IMAGE, Records.record()))
                .isInstanceOf(EngineException.OutputFailure.class)
                .hasMessageContaining("2026-11-23: expected to make this folder");
    }

    @Test
    void aFullDiskLeavesNothingBehind() {
        Path file = folder.resolve("fox.png");
        AtomicFile.Disk full = (temporary, bytes) -> {
            Files.write(temporary, new byte[] {1, 2, 3});
            throw new IOException("No space left on device");
        };
        assertThatThrownBy(() -> AtomicFile.write(file, new byte[5000], full, false))
                .isInstanceOf(EngineException.OutputFailure.class)
                .hasMessageContaining("found a full disk")
                .hasMessageContaining(folder.toString());
        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void aFailingDiskKeepsTheOldFile() throws IOException {
        Path file = Files.writeString(folder.resolve("metrics.csv"), "old");
        AtomicFile.Disk failing = (temporary, bytes) -> {
            Files.write(temporary, new byte[] {1});
            throw new IOException("Input/output error");
        };
        assertThatThrownBy(() -> AtomicFile.write(file, new byte[5000], failing, true)).hasMessageContaining("Input/output error");
        assertThat(file).hasContent("old");
        assertThat(filesIn(folder)).containsExactly(file);
    }

    @Test
    void picturesOfOtherProgramsGiveWhatTheyHave() {
        byte[] plain = Png.encode(IMAGE, List.of());
        assertThat(PictureFile.read("p.png", plain).record()).isEmpty();
        assertThat(PictureFile.read("p.png", plain).parameters()).isEmpty();

        byte[] json = Png.encode(IMAGE, List.of(new PngText("parameters", "{\"sui_image_params\":{}}")));
        assertThat(PictureFile.read("p.png", json).parameters()).isEmpty();
    }

    @Test
    void aDamagedRecipeIsNotedAndTheRestIsUsed() {
        byte[] bytes = Png.encode(IMAGE, List.of(new PngText("parameters", "a fox"), new PngText("lodestar", "{\"schema\":1}")));
        PictureFile read = PictureFile.read("fox.png", bytes);
        assertThat(read.record()).isEmpty();
        assertThat(read.parameters().orElseThrow().prompt()).isEqualTo("a fox");
        assertThat(read.notes()).singleElement().asString().startsWith("fox.png: its recipe cannot be used.");
    }

    @Test
    void missingFilesAreNamed() {
        assertThatThrownBy(() -> PictureFile.read(folder.resolve("none.png")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("none.png: expected a PNG picture, found no file of that name");
        assertThatThrownBy(() -> PictureFile.read(folder)).hasMessageContaining("found a folder");
    }

    @Test
    void suffixesGoBeforeTheExtension() {
        assertThat(OutputNames.withSuffix(Path.of("out/fox.png"), "-2")).isEqualTo(Path.of("out/fox-2.png"));
        assertThat(OutputNames.withSuffix(Path.of("fox"), "-2")).isEqualTo(Path.of("fox-2"));
        assertThat(OutputNames.numbered(7, -1)).isEqualTo("0007-18446744073709551615.png");
    }

    @Test
    void whatIsOnDiskIsAPlainPictureToo() throws IOException {
        Path file = PictureFile.save(folder, DAY, IMAGE, Records.record());
        assertThat(PngReader.read("x", Files.readAllBytes(file)).image()).isEqualTo(IMAGE);
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

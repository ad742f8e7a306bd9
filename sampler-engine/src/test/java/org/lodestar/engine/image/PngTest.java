package org.lodestar.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;

/// The JDK's own PNG reader and writer are the independent witnesses here; they are not used outside tests.
class PngTest {

    @ParameterizedTest
    @CsvSource({"1,1", "7,5", "64,64", "3,200"})
    void whatIsWrittenReadsBackHereAndElsewhere(int width, int height) throws IOException {
        for (Rgb image : List.of(Pictures.noise(1, width, height), Pictures.gradient(width, height), Pictures.flat(width, height, 10, 200, 77))) {
            byte[] file = Png.encode(image, List.of(new PngText("parameters", "a cat")));

            assertThat(PngReader.read("test", file).image()).isEqualTo(image);
            assertThat(seenByTheJdk(file)).isEqualTo(image);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY, BufferedImage.TYPE_BYTE_BINARY, BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_3BYTE_BGR})
    void picturesOfOtherKindsAreReadAsTheJdkReadsThem(int type) throws IOException {
        BufferedImage picture = new BufferedImage(37, 21, type);
        paint(picture);
        for (boolean interlaced : new boolean[] {false, true}) {
            byte[] file = writtenByTheJdk(picture, interlaced);

            assertThat(PngReader.read("test", file).image()).as("interlaced %s", interlaced).isEqualTo(seenByTheJdk(file));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void palettesOfFewBitsAreRead(int bits) throws IOException {
        byte[] ramp = new byte[1 << bits];
        new Random(bits).nextBytes(ramp);
        IndexColorModel colours = new IndexColorModel(bits, ramp.length, ramp, ramp, ramp);
        BufferedImage picture = new BufferedImage(13, 9, BufferedImage.TYPE_BYTE_BINARY, colours);
        for (int i = 0; i < 13 * 9; i++) {
            picture.getRaster().setSample(i % 13, i / 13, 0, i % ramp.length);
        }
        byte[] file = writtenByTheJdk(picture, false);

        assertThat(PngReader.read("test", file).image()).isEqualTo(seenByTheJdk(file));
    }

    @Test
    void transparencyIsLaidOverWhite() throws IOException {
        BufferedImage picture = new BufferedImage(3, 1, BufferedImage.TYPE_4BYTE_ABGR);
        picture.setRGB(0, 0, 0x00000000);
        picture.setRGB(1, 0, 0xffff0000);
        picture.setRGB(2, 0, 0x33000000);

        Rgb image = PngReader.read("test", writtenByTheJdk(picture, false)).image();

        assertThat(image.toBytes()).containsExactly(255, 255, 255, 255, 0, 0, 204, 204, 204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a cat", "Motörhead, ½", "一只猫 🐈", "line\nbreak", "tab\tand \u0007"})
    void textsReadBack(String text) {
        byte[] file = Png.encode(Pictures.flat(2, 2, 1, 2, 3), List.of(new PngText("parameters", text), new PngText("long", text.repeat(2000))));

        PngPicture read = PngReader.read("test", file);

        assertThat(read.texts()).containsExactly(new PngText("parameters", text), new PngText("long", text.repeat(2000)));
        assertThat(read.notes()).isEmpty();
    }

    @Test
    void plainTextStandsInTheChunkThatEveryReaderKnows() {
        byte[] file = Png.encode(Pictures.flat(2, 2, 1, 2, 3), List.of(new PngText("parameters", "a cat")));

        assertThat(new String(file, StandardCharsets.ISO_8859_1)).contains("tEXtparameters\0a cat");
    }

    @Test
    void deflatedTextOfOtherProgramsIsRead() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes("parameters\0\0".getBytes(StandardCharsets.ISO_8859_1));
        try (DeflaterOutputStream out = new DeflaterOutputStream(data)) {
            out.write("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThat(PngReader.read("test", withChunk("zTXt", data.toByteArray())).text("parameters")).contains("caf\u00e9");
    }

    @Test
    void aTextBombIsLeftOutWithANote() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes("workflow\0\0".getBytes(StandardCharsets.ISO_8859_1));
        try (DeflaterOutputStream out = new DeflaterOutputStream(data)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                out.write(zeros);
            }
        }
        PngPicture read = PngReader.read("test", withChunk("zTXt", data.toByteArray()));

        assertThat(read.texts()).isEmpty();
        assertThat(read.notes()).singleElement().asString().contains("workflow").contains("too long");
    }

    @Test
    void sidesBeyondTheLimitAreRefusedBeforeMemoryIsTaken() {
        byte[] file = Png.encode(Pictures.flat(2, 2, 1, 2, 3), List.of());
        ByteBuffer.wrap(file).putInt(16, 2_000_000_000).putInt(20, 2_000_000_000);
        repairChecksum(file, 12, 17);

        assertThatThrownBy(() -> PngReader.read("big.png", file))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("big.png")
                .hasMessageContaining("2000000000x2000000000");
    }

    @Test
    void otherFilesAreRefusedByName() {
        assertThatThrownBy(() -> PngReader.read("notes.txt", "hello".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessage("notes.txt: expected a PNG picture, found other content. Choose a PNG file.");
        assertThatThrownBy(() -> PngReader.read("empty.png", new byte[0])).hasMessageContaining("an empty file");
    }

    /// Whatever is done to a file, reading it gives a picture or the declared exception, in bounded memory.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void damagedFilesNeverSurprise(long seed) throws IOException {
        Random random = new Random(seed);
        BufferedImage indexed = new BufferedImage(19, 11, BufferedImage.TYPE_BYTE_INDEXED);
        paint(indexed);
        List<byte[]> originals = List.of(
                Png.encode(Pictures.noise(seed, 16, 16), List.of(new PngText("lodestar", "{}".repeat(600)), new PngText("parameters", "x"))),
                writtenByTheJdk(indexed, true));
        int intact = 0;
        for (int round = 0; round < 1500; round++) {
            byte[] file = originals.get(round % 2).clone();
            int changes = random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(3) == 0) {
                file = Arrays.copyOf(file, random.nextInt(file.length + 40));
            }
            if (random.nextBoolean()) {
                repairAllChecksums(file);
            }
            try {
                PngReader.read("damaged.png", file);
                intact++;
            } catch (EngineException.InvalidInput e) {
                assertThat(e).hasMessageContaining("damaged.png: expected");
            }
        }
        assertThat(intact).isBetween(1, 1499);
    }

    private static void paint(BufferedImage picture) {
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                picture.setRGB(x, y, 0xff000000 | ((x * 6) << 16) | ((y * 11) << 8) | ((x * y) & 0xff));
            }
        }
    }

    private static byte[] writtenByTheJdk(BufferedImage picture, boolean interlaced) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setProgressiveMode(interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static Rgb seenByTheJdk(byte[] file) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(file));
        byte[] bytes = new byte[picture.getWidth() * picture.getHeight() * 3];
        int at = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                boolean grey = picture.getRaster().getNumBands() == 1 && !(picture.getColorModel() instanceof IndexColorModel);
                int raw = grey ? picture.getRaster().getSample(x, y, 0) : 0;
                int value = picture.getSampleModel().getSampleSize(0) == 16 ? raw >> 8 : raw;
                int rgb = grey ? value * 0x010101 : picture.getRGB(x, y);
                bytes[at++] = (byte) (rgb >> 16);
                bytes[at++] = (byte) (rgb >> 8);
                bytes[at++] = (byte) rgb;
            }
        }
        return Rgb.adopt(picture.getWidth(), picture.getHeight(), bytes);
    }

    private static byte[] withChunk(String type, byte[] data) {
        byte[] file = Png.encode(Pictures.flat(2, 2, 1, 2, 3), List.of());
        int afterHeader = 8 + 25;
        ByteBuffer chunk = ByteBuffer.allocate(file.length + 12 + data.length);
        chunk.put(file, 0, afterHeader).putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data).putInt(0);
        chunk.put(file, afterHeader, file.length - afterHeader);
        repairAllChecksums(chunk.array());
        return chunk.array();
    }

    private static void repairAllChecksums(byte[] file) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int at = 8;
        while (at + 12 <= file.length) {
            long length = buffer.getInt(at) & 0xffffffffL;
            if (length > file.length - at - 12L) {
                return;
            }
            repairChecksum(file, at + 4, 4 + (int) length);
            at += 12 + (int) length;
        }
    }

    private static void repairChecksum(byte[] file, int start, int length) {
        CRC32 crc = new CRC32();
        crc.update(file, start, length);
        ByteBuffer.wrap(file).putInt(start + length, (int) crc.getValue());
    }
}

package org.lodestar.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.fault.EngineException;

class PictureReaderTest {
    private static final int WIDTH = 32;
    private static final int HEIGHT = 16;

    /// Left half red, right half blue; the lower half darker.
    private static int colour(int x, int y) {
        return (x < WIDTH / 2 ? 0xc00000 : 0x0000c0) >> (y < HEIGHT / 2 ? 0 : 1);
    }

    private static byte[] file(String format, int type) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    image.getRaster().setSample(x, y, 0, 100);
                } else {
                    image.setRGB(x, y, 0xff000000 | colour(x, y));
                }
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(image, format, bytes)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void assertColour(Rgb picture, int x, int y, int colour) {
        for (int c = 0; c < 3; c++) {
            assertThat((double) picture.at(x, y, c)).as("%d,%d channel %d", x, y, c).isCloseTo(colour >> (16 - 8 * c) & 0xff, within(26.0));
        }
    }

    @Test
    void readsEveryFormatByItsContent() {
        for (String format : List.of("png", "jpeg", "gif", "bmp")) {
            Rgb picture = PictureReader.read("picture.txt", file(format, BufferedImage.TYPE_INT_RGB));
            assertThat(picture.width()).as(format).isEqualTo(WIDTH);
            assertThat(picture.height()).as(format).isEqualTo(HEIGHT);
            assertColour(picture, 3, 3, colour(3, 3));
            assertColour(picture, 28, 12, colour(28, 12));
        }
    }

    @Test
    void greysAreTakenAsTheyAreStored() {
        Rgb picture = PictureReader.read("grey.jpg", file("jpeg", BufferedImage.TYPE_BYTE_GRAY));
        assertThat(picture.at(5, 5, 0)).isBetween(98, 102);
        assertThat(picture.at(5, 5, 2)).isBetween(98, 102);
    }

    /// A JPEG with an Exif part that says how it was held.
    private static byte[] held(int orientation, ByteOrder order) {
        ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
        tiff.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.ISO_8859_1)).putShort((short) 42).putInt(8);
        tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0).putInt(0);
        byte[] jpeg = file("jpeg", BufferedImage.TYPE_INT_RGB);
        return ByteBuffer.allocate(jpeg.length + 36)
                .put(jpeg, 0, 2)
                .put(new byte[] {(byte) 0xff, (byte) 0xe1}).putShort((short) 34).put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1)).put(tiff.array())
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    /// Where the stored upper left corner (bright red) is seen after each orientation, by the standard's table of sides.
    @Test
    void jpegIsTurnedAsTheCameraWasHeld() {
        int[][] corners = {{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}, {1, 0}, {1, 1}, {0, 1}};
        for (int value = 1; value <= 8; value++) {
            for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                Rgb seen = PictureReader.read("held.jpg", held(value, order));
                assertThat(seen.width()).as("orientation %d", value).isEqualTo(value < 5 ? WIDTH : HEIGHT);
                int x = corners[value - 1][0] * (seen.width() - 5) + 2;
                int y = corners[value - 1][1] * (seen.height() - 5) + 2;
                assertColour(seen, x, y, 0xc00000);
                // The stored lower left corner (dark red) lies beside it along the axis that was vertical.
                boolean turned = value >= 5;
                assertColour(seen, turned ? seen.width() - 1 - x : x, turned ? y : seen.height() - 1 - y, 0x600000);
            }
        }
        assertThat(PictureReader.read("odd.jpg", held(9, ByteOrder.BIG_ENDIAN)).width()).isEqualTo(WIDTH);
    }

    @Test
    void otherFormatsAndDamageAreToldInWords() {
        byte[] webp = "RIFF\0\0\0\0WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> PictureReader.read("a.webp", webp)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("a.webp: expected a picture (PNG, JPEG, GIF or BMP), found a WebP picture. Save it as PNG");
        assertThatThrownBy(() -> PictureReader.read("a", new byte[0])).hasMessageContaining("an empty file");
        assertThatThrownBy(() -> PictureReader.read("a", new byte[] {1, 2, 3})).hasMessageContaining("other content");
        for (String format : List.of("jpeg", "gif", "bmp")) {
            byte[] cut = Arrays.copyOf(file(format, BufferedImage.TYPE_INT_RGB), 20);
            assertThatThrownBy(() -> PictureReader.read("cut", cut)).as(format).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("cut: expected an intact picture");
        }
    }

    @Test
    void sizesAreCheckedBeforePixelsAreUnpacked() {
        byte[] jpeg = file("jpeg", BufferedImage.TYPE_INT_RGB);
        int frame = 2;
        while ((jpeg[frame + 1] & 0xff) != 0xc0) { // the part that holds the size
            frame += 2 + (ByteBuffer.wrap(jpeg).getShort(frame + 2) & 0xffff);
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 16_000).putShort(frame + 7, (short) 16_001);
        assertThatThrownBy(() -> PictureReader.read("huge.jpg", jpeg)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("at most 128 million pixels").hasMessageContaining("16001x16000");
    }
}

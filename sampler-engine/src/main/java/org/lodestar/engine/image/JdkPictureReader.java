package org.lodestar.engine.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.lodestar.engine.fault.EngineException;

/// Reads formats other than PNG with the JDK's own readers: the one place that knows them. They need no display, and are loaded only when such a picture is read.
final class JdkPictureReader {
    private JdkPictureReader() {}

    /// The first picture of a file of that format, over white.
    ///
    /// @throws EngineException.InvalidInput if it is damaged or too large; sizes are checked before the pixels are unpacked
    static Rgb read(String where, byte[] bytes, String format) {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            PngReader.requireSize(where, reader.getWidth(0), reader.getHeight(0));
            return rgb(reader.read(0));
        } catch (EngineException.InvalidInput e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the readers throw both at files that are not what they should be
            throw new EngineException.InvalidInput(
                    where, "an intact picture in red, green and blue", "a " + format.toUpperCase(java.util.Locale.ROOT) + " file that cannot be read (" + e.getMessage() + ")", "Save it as PNG with another program");
        } finally {
            reader.dispose();
        }
    }

    private static Rgb rgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] out = new byte[width * height * 3];
        // Greys are taken as they are stored: the JDK counts them as linear light and would brighten them.
        boolean grey = image.getRaster().getNumBands() == 1 && !(image.getColorModel() instanceof IndexColorModel);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            if (grey) {
                image.getRaster().getSamples(0, y, width, 1, 0, row);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int x = 0; x < width; x++) {
                int argb = grey ? 0xff000000 | row[x] * 0x010101 : row[x];
                int alpha = argb >>> 24;
                for (int c = 0; c < 3; c++) {
                    int value = argb >> (16 - 8 * c) & 0xff;
                    out[(y * width + x) * 3 + c] = (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
                }
            }
        }
        return Rgb.adopt(width, height, out);
    }
}

package org.lodestar.engine.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.PngPicture;
import org.lodestar.engine.image.PictureReader;
import org.lodestar.engine.image.PngReader;
import org.lodestar.engine.image.PngText;
import org.lodestar.engine.image.Rgb;

/// A finished picture on disk: a PNG that carries its recipe twice, as text that other programs read (`parameters`) and as the exact [RunRecord] (`lodestar`), and a mark
/// that it was made by a model (XMP, IPTC digital source type `trainedAlgorithmicMedia`).
///
/// @param image      the pixels
/// @param record     the exact recipe, where the picture is one of ours and intact
/// @param parameters the settings text, where there is one
/// @param notes      what could not be read, as sentences; usually empty
public record PictureFile(Rgb image, Optional<RunRecord> record, Optional<A1111Text> parameters, List<String> notes) {
    /// PNG keyword of the exact recipe.
    public static final String KEYWORD = "lodestar";

    /// PNG keyword of the settings text.
    public static final String PARAMETERS = "parameters";

    private static final String XMP = "XML:com.adobe.xmp";
    private static final long MAX_FILE = 512L << 20;
    private static final int TRIES = 1000;
    private static final String AI_MARK =
            """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
            <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" \
            Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>""";

    public PictureFile {
        notes = List.copyOf(notes);
    }

    /// The bytes of the file for `image`, read back and compared before they are given out.
    ///
    /// @throws EngineException.OutputFailure if they do not read back as the same picture and the same recipe
    public static byte[] encode(Rgb image, RunRecord record) {
        String json = RecordJson.write(record);
        byte[] bytes = Png.encode(
                image,
                List.of(new PngText(PARAMETERS, SharedSettings.text(record, image).text()), new PngText(KEYWORD, json), new PngText(XMP, AI_MARK)));
        PngPicture readBack = PngReader.read("the picture just made", bytes);
        if (!readBack.image().equals(image) || !readBack.text(KEYWORD).equals(Optional.of(json))) {
            throw new EngineException.OutputFailure("The picture did not read back as it was made and was not written. Check this machine's memory.", null);
        }
        return bytes;
    }

    /// Writes a new file of exactly that name.
    ///
    /// @throws EngineException.OutputFailure if it exists or cannot be written
    public static void save(Path file, Rgb image, RunRecord record) {
        AtomicFile.write(file, encode(image, record));
    }

    /// Writes a new file under `folder`, named by [OutputNames].
    ///
    /// @return where it is
    /// @throws EngineException.OutputFailure if it cannot be written
    public static Path save(Path folder, LocalDate day, Rgb image, RunRecord record) {
        byte[] bytes = encode(image, record);
        Path dayFolder = OutputNames.dayFolder(folder, day);
        int number = OutputNames.nextNumber(dayFolder);
        for (int attempt = 1; ; attempt++, number++) {
            Path file = dayFolder.resolve(OutputNames.numbered(number, record.seed()));
            try {
                AtomicFile.write(file, bytes);
                return file;
            } catch (EngineException.OutputFailure e) {
                if (!AtomicFile.exists(e) || attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    /// Reads any PNG.
    ///
    /// @throws EngineException.InvalidInput if the file cannot be read or is not an intact PNG; a recipe that cannot be read is only noted
    public static PictureFile read(Path file) {
        return read(file.toString(), bytes(file, "a PNG picture"));
    }

    /// The pixels of a picture in any of the [formats that are known][PictureReader].
    ///
    /// @throws EngineException.InvalidInput if the file cannot be read or is none of them
    public static Rgb pixels(Path file) {
        return PictureReader.read(file.toString(), bytes(file, "a picture (" + PictureReader.FORMATS + ")"));
    }

    private static byte[] bytes(Path file, String expected) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new EngineException.InvalidInput(file.toString(), "a picture up to 512 MB", Files.size(file) / (1 << 20) + " MB", "Choose a smaller one");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            String found = Files.isDirectory(file) ? "a folder" : Files.exists(file) ? "a file that cannot be read" : "no file of that name";
            throw new EngineException.InvalidInput(file.toString(), expected, found, "Check the name and the permissions");
        }
    }

    /// Reads any PNG from its bytes.
    ///
    /// @param where its name, for messages
    public static PictureFile read(String where, byte[] bytes) {
        PngPicture png = PngReader.read(where, bytes);
        List<String> notes = new ArrayList<>(png.notes());
        Optional<RunRecord> record = png.text(KEYWORD).flatMap(json -> {
            try {
                return Optional.of(RecordJson.read(json));
            } catch (EngineException.InvalidInput e) {
                notes.add(where + ": its recipe cannot be used. " + e.problems().getFirst().sentence());
                return Optional.empty();
            }
        });
        Optional<A1111Text> parameters = png.text(PARAMETERS).filter(text -> !text.stripLeading().startsWith("{")).map(A1111Text::parse);
        return new PictureFile(png.image(), record, parameters, notes);
    }
}

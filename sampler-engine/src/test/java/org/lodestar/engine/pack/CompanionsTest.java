package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.calibration.Calibration;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.pack.Companions.Sight;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// Companions that look at pictures, and the manifest, as files: what is found and what is refused.
class CompanionsTest {
    @TempDir
    Path temp;

    private TinyFolder folder;

    @BeforeEach
    void write() {
        folder = TinyFolder.write(temp.resolve("tiny")).withCompanions();
    }

    private ModelFolder.Contents contents() {
        ModelFolder found = ModelFolder.inspect(folder.root());
        assertThat(found.report().problems()).isEmpty();
        return Objects.requireNonNull(found.contents());
    }

    private List<String> problems() {
        ModelFolder found = ModelFolder.inspect(folder.root());
        assertThat(found.contents()).isNull();
        return found.report().problems().stream().map(Problem::sentence).toList();
    }

    private Sight sight() {
        return contents().companions().classifier().orElseThrow().sight();
    }

    @Test
    void findsWhatLiesInTheFolder() {
        Companions companions = contents().companions();
        assertThat(companions.kinds()).containsExactlyInAnyOrder(Consultation.Kind.values());
        assertThat(companions.labels()).containsExactly("cat", "dog", "fire engine");
        assertThat(sight()).isEqualTo(new Sight.OfLatents());
        assertThat(ModelFolder.inspect(folder.root()).report().components())
                .extracting(PackageReport.Component::file)
                .containsExactly("text_encoder/model.onnx", "unet/model.onnx", "vae_decoder/model.onnx", "classifier/model.onnx", "gradient/model.onnx", "scorer/model.onnx");
    }

    @Test
    void aModelWithoutAnyHasNone() {
        folder = TinyFolder.write(temp.resolve("plain"));
        assertThat(contents().companions()).isEqualTo(Companions.NONE);
    }

    @Test
    void allTheirFilesBelongToTheModel() {
        folder.text("classifier/config.json", "{}");
        folder.text("scorer/config.json", "{\"text_mean\": [1, 1, 1, 1, 1, 1, 1, 1]}");
        assertThat(contents().files()).contains(
                folder.file("classifier/model.onnx"), folder.file("classifier/labels.txt"), folder.file("classifier/config.json"), folder.file("gradient/model.onnx"),
                folder.file("scorer/model.onnx"), folder.file("scorer/config.json"));
    }

    @Test
    void theChannelsTellWhatItLooksAtAndTheConfigurationHow() {
        TinyFolder.seeing("pixel_values", 3, "logits", 3).write(folder.file("classifier/model.onnx"));
        assertThat(sight()).isEqualTo(new Sight.OfPictures(0, 0, 0, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)));

        folder.text("classifier/config.json", "{\"input\": \"image\", \"size\": 224, \"range\": [-1, 1], \"mean\": [0.5, 0.4, 0.3], \"std\": [0.2, 0.2, 0.1]}");
        assertThat(sight()).isEqualTo(new Sight.OfPictures(224, 224, -1, 1, List.of(0.5, 0.4, 0.3), List.of(0.2, 0.2, 0.1)));

        new OnnxGraph().input("pixels", TensorType.FLOAT, 1, 3, 96, 64).output("anything", TensorType.FLOAT, 1, 3).write(folder.file("classifier/model.onnx"));
        folder.text("classifier/config.json", "{}");
        assertThat(sight()).isEqualTo(new Sight.OfPictures(64, 96, 0, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)));
    }

    @Test
    void refusesAConfigurationThatIsWrongInAnyKey() {
        TinyFolder.seeing("pixel_values", 3, "logits", 3).write(folder.file("classifier/model.onnx"));
        folder.text("classifier/config.json", "{\"input\": \"image\", \"size\": \"big\", \"range\": [0], \"mean\": [0, 0, \"x\"], \"std\": [1, 0, 1], \"crop\": true}");
        assertThat(problems()).containsExactlyInAnyOrder(
                "classifier/config.json: expected keys among input, size, range, mean, std, found crop. Check the spelling.",
                "classifier/config.json size: expected a whole number from 1 to 4096, found \"big\". Correct the value or leave it out.",
                "classifier/config.json range: expected a list of 2 numbers, found [0]. Correct the value or leave it out.",
                "classifier/config.json mean: expected a list of 3 numbers, found [0,0,\"x\"]. Correct the value or leave it out.",
                "classifier/config.json std: expected numbers above 0, found [1.0, 0.0, 1.0]. Correct the value or leave it out.");

        folder.text("classifier/config.json", "{\"input\": \"sound\"}");
        assertThat(problems()).singleElement().asString().contains("expected latent or image, found sound");

        TinyFolder.seeing("latent_sample", 4, "logits", 3).write(folder.file("classifier/model.onnx"));
        folder.text("classifier/config.json", "{\"size\": 224}");
        assertThat(problems()).singleElement().asString().contains("only for what looks at pictures");
    }

    @Test
    void refusesACompanionOfAnotherModel() {
        TinyFolder.seeing("latent_sample", 16, "logits", 3).write(folder.file("classifier/model.onnx"));
        new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, 1, 4, 8, 8)
                .input("label", TensorType.INT64, 1)
                .output("gradient", TensorType.FLOAT, 1, 4, 8, 8)
                .write(folder.file("gradient/model.onnx"));
        TinyFolder.seeing("latent_sample", 4, "embedding", 12).write(folder.file("scorer/model.onnx"));
        assertThat(problems()).hasSize(4)
                .anySatisfy(line -> assertThat(line).startsWith("classifier/model.onnx: expected one picture of 3 channels, or latents of the model's channels, found latent_sample: float[batch,16"))
                .anySatisfy(line -> assertThat(line).startsWith("gradient/model.onnx: expected one set of latents as the denoiser's").contains("found latent_sample: float[1,4,8,8]"))
                .anySatisfy(line -> assertThat(line).startsWith("gradient/model.onnx").contains("found gradient: float[1,4,8,8]"))
                .anySatisfy(line -> assertThat(line).startsWith("scorer/model.onnx: expected an embedding of width 8 as the text encoder has, found width 12"));
    }

    @Test
    void refusesNetworksOfAnotherShape() {
        new OnnxGraph().input("a", TensorType.INT64, 1, 4).output("label", TensorType.INT64, 1).write(folder.file("classifier/model.onnx"));
        new OnnxGraph().input("latent_sample", TensorType.FLOAT, 1, 4, "h", "w").output("gradient", TensorType.FLOAT, 1, 4, "h", "w").write(folder.file("gradient/model.onnx"));
        new OnnxGraph().input("latent_sample", TensorType.FLOAT, 1, 4, "h", "w").output("embedding", TensorType.FLOAT, 1, 4, "h", "w").write(folder.file("scorer/model.onnx"));
        new OnnxGraph().input("z", TensorType.FLOAT, 1, 4, "h", "w").output("picture", TensorType.FLOAT, 1, 4, "h", "w").write(folder.file("preview_decoder/model.onnx"));
        assertThat(problems()).extracting(line -> line.substring(0, line.indexOf(", found"))).containsExactlyInAnyOrder(
                "classifier/model.onnx: expected an output logits, float[batch,width]",
                "classifier/model.onnx: expected one input, float[batch,channels,height,width]",
                "gradient/model.onnx: expected latents, float[batch,channels,height,width], and a label, int64[batch], as inputs",
                "scorer/model.onnx: expected an output embedding, float[batch,width]",
                "preview_decoder/model.onnx: expected one picture of 3 channels, or latents of the model's channels");
    }

    @Test
    void refusesDamagedAndHostileFilesAsItDoesForTheDenoiser() {
        folder.cut("classifier/model.onnx", 40);
        new OnnxGraph().external("w", new long[] {1}, "../../../etc/passwd", 0, 4).write(folder.file("gradient/model.onnx"));
        folder.text("scorer/model.onnx", "version https://git-lfs.github.com/spec/v1\n");
        assertThat(problems()).hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith("classifier/model.onnx: expected an ONNX model, found a damaged file"))
                .anySatisfy(line -> assertThat(line).startsWith("gradient/model.onnx").contains("reaches outside its folder"))
                .anySatisfy(line -> assertThat(line).startsWith("scorer/model.onnx").contains("Git LFS"));
    }

    @Test
    void labelsAreOnePerLogitEachOnceAndInWords() {
        folder.text("classifier/labels.txt", "cat\ndog\n");
        assertThat(problems()).singleElement().asString().isEqualTo(
                "classifier/labels.txt: expected 3 labels, one for each logit of classifier/model.onnx, found 2. Use the labels that belong to this classifier.");
        folder.text("classifier/labels.txt", "cat\ndog\nCat\n");
        assertThat(problems()).singleElement().asString().contains("expected every label once, found Cat again in line 3");
        folder.text("classifier/labels.txt", "cat\n\ndog\n");
        assertThat(problems()).singleElement().asString().contains("expected a word in every line, found \"\" in line 2");
        folder.text("classifier/labels.txt", "");
        assertThat(problems()).singleElement().asString().contains("expected from 1 to 10000 labels, found 0");
        folder.bytes("classifier/labels.txt", "cat\nh\u00fcndin\nbus\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems()).singleElement().asString().contains("expected UTF-8 text");
        folder.delete("classifier/labels.txt");
        assertThat(problems()).hasSize(2).allSatisfy(line -> assertThat(line).contains("/labels.txt: expected the names of"));
    }

    @Test
    void aGradientMayBringItsOwnLabelsOrMustAgree() {
        folder.text("gradient/labels.txt", "cat\ndog\nbus\n");
        assertThat(problems()).singleElement().asString().isEqualTo(
                "gradient/labels.txt: expected the labels of classifier/labels.txt, found others. Use a gradient of the same classifier.");
        folder.delete("classifier/model.onnx");
        folder.delete("classifier/labels.txt");
        folder.delete("classifier");
        assertThat(contents().companions().labels()).containsExactly("cat", "dog", "bus");
        assertThat(contents().companions().kinds()).doesNotContain(Consultation.Kind.CLASSES);
    }

    @Test
    void theScorersTextSideMustFitToo() {
        OnnxGraph text = new OnnxGraph().input("input_ids", TensorType.INT64, "batch", "sequence").output("embedding", TensorType.FLOAT, "batch", 12);
        text.write(folder.file("scorer/text/model.onnx"));
        assertThat(problems()).singleElement().asString().contains("expected an embedding of width 12 as scorer/text/model.onnx has, found width 8");

        TinyFolder.seeing("latent_sample", 4, "embedding", 12).write(folder.file("scorer/model.onnx"));
        assertThat(contents().companions().scorer().orElseThrow().text()).isPresent();

        folder.text("scorer/config.json", "{\"text_mean\": [1]}");
        assertThat(problems()).singleElement().asString().contains("no text_mean beside scorer/text/model.onnx");
    }

    @Test
    void theManifestNamesFilesDefaultsAndValues() {
        folder.bytes("unet/half.onnx", folder.denoiser(8).bytes());
        folder.delete("unet/model.onnx");
        folder.bytes("extras/a/b.onnx", TinyFolder.seeing("latent_sample", 4, "logits", 2).bytes());
        folder.text("extras/a/labels.txt", "sun\nmoon\n");
        folder.delete("gradient/model.onnx");
        folder.delete("gradient");
        folder.text("lodestar.json", """
                {"files": {"unet": "unet/half.onnx", "classifier": "extras/a/b.onnx"},
                 "defaults": {"width": 192, "height": 128, "steps": 12, "sampler": "euler", "spacing": "trailing", "policy": "apg(w=6) + interval", "policies": ["apg(w=6,r=2)", "rescale(phi=0.5)"]},
                 "calibrations": [{"key": "model 0123, sampler euler, spacing trailing, 12 steps, w 3, 192x128", "about": "half of the steps", "policy": "ag(threshold=0.991)"}]}
                """);
        ModelFolder.Contents contents = contents();
        assertThat(contents.companions().labels()).containsExactly("sun", "moon");
        assertThat(contents.defaults()).isEqualTo(new ModelInfo.Defaults(new ModelInfo.Size(192, 128), 12, "euler", "trailing", "apg(w=6) + interval", List.of(Term.parse("apg(w=6,r=2)"), Term.parse("rescale(phi=0.5)"))));
        assertThat(contents.calibrations())
                .containsExactly(new Calibration(new FitKey("0123", "euler", "trailing", 12, 3, 192, 128), "half of the steps", Term.parse("ag(threshold=0.991)")));
        assertThat(contents.files()).contains(folder.file("unet/half.onnx"), folder.file("unet/config.json"), folder.file("extras/a/b.onnx"))
                .doesNotContain(folder.file("classifier/model.onnx"), folder.file("lodestar.json"));
        assertThat(ModelFolder.inspect(folder.root()).report().components()).extracting(PackageReport.Component::file).contains("unet/half.onnx", "extras/a/b.onnx");
    }

    @Test
    void tellsWhichConceptANetHasLost() {
        folder.denoiser(8).write(folder.file("erased/unet/model.onnx"));
        assertThat(ModelFolder.inspect(folder.root()).report().notes()).contains("erased/unet/model.onnx does not say which concept it has lost: write it into erased/unet/erased.json.");

        folder.text("erased/unet/erased.json", "{\"concept\": \"heart\"}");
        ModelFolder found = ModelFolder.inspect(folder.root());
        assertThat(found.report().notes()).contains("erased/unet/model.onnx has lost \"heart\" (policy erased).");
        assertThat(Objects.requireNonNull(found.contents()).files()).contains(folder.file("erased/unet/erased.json"));

        folder.text("erased/unet/erased.json", "{\"concept\": \"heart\", \"instead\": 3, \"replacement\": 4}");
        assertThat(ModelFolder.inspect(folder.root()).report().problems()).extracting(Object::toString).containsExactlyInAnyOrder(
                "erased/unet/erased.json: expected keys among concept, replacement, found instead. Check the spelling.",
                "erased/unet/erased.json replacement: expected a text, found 4. Correct the value or leave it out.");
    }

    @Test
    void theManifestRefusesWhatItDoesNotKnow() {
        folder.text("lodestar.json", """
                {"files": {"unet": 3, "brain": "b.onnx", "classifier": "../x.onnx", "scorer": "/etc/passwd"},
                 "defaults": {"steps": 0, "size": "big", "policy": "cfg(", "sampler": 7, "policies": ["apg", "apg(w=3)", "cfg + apg"]},
                 "calibrations": [{"key": "yesterday", "policy": "ag"}, {"key": "model 0, sampler a, spacing b, 1 steps, w 1, 8x8", "policy": "cfg(w=3)", "when": 1}],
                 "colour": "red"}
                """);
        assertThat(problems()).hasSize(14).anySatisfy(line -> assertThat(line).isEqualTo(
                        "lodestar.json: expected keys among files, defaults, calibrations, found colour. Check the spelling."))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json files unet: expected a text, found 3"))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json files: expected keys among text_encoder").endsWith("found brain. Check the spelling."))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json files classifier: expected a path inside the model folder, with /, found ../x.onnx"))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json files scorer: expected a path inside the model folder"))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json defaults steps: expected a whole number from 1 to 1000, found 0"))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json defaults: expected keys among width").endsWith("found size. Check the spelling."))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json defaults policy: expected the text form of a policy, found cfg("))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json defaults sampler: expected a text, found 7"))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json calibrations 1, key of a fit: expected model, sampler, spacing, steps, w and size, found \"yesterday\""))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json calibrations 2: expected keys among key, about, policy, found when"))
                .anySatisfy(line -> assertThat(line).startsWith("lodestar.json calibrations 2, policy: expected one of ag, core2_affine, linear_ag, table with its numbers, found cfg(w=3)"));

        folder.text("lodestar.json", "{\"calibrations\": {\"ag\": 1}}");
        assertThat(problems()).singleElement().asString().startsWith("lodestar.json calibrations: expected a list of objects");

        folder.text("lodestar.json", "[1]");
        assertThat(problems()).singleElement().asString().startsWith("lodestar.json: expected a JSON object");
        folder.text("lodestar.json", "{\"defaults\": {\"width\": 100}}");
        assertThat(problems()).singleElement().asString().startsWith("lodestar.json defaults: expected a size that the model takes, such as 128x128, found 100x128");
    }
}

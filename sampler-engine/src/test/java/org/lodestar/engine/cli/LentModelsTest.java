package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.run.SpecJson;

/// A second model folder beside the model, on the command line: the starter model's weak net as a model of its own.
class LentModelsTest {
    private static final Path STARTER = Path.of(System.getProperty("lodestar.root")).resolve("models/starter");

    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private Path weak = Path.of("");

    private Shell.Result run(String... args) {
        return new Shell(cache, folder.resolve("pictures")).run(args);
    }

    @BeforeEach
    void makeAModelOfTheWeakNet() throws IOException {
        weak = folder.resolve("data/models/small");
        for (String file : List.of(
                "text_encoder/model.onnx", "tokenizer/vocab.txt", "tokenizer/tokenizer_config.json", "tokenizer/tokenizer.json", "vae_decoder/model.onnx", "vae_decoder/config.json",
                "scheduler/scheduler_config.json", "model_index.json")) {
            copy(STARTER.resolve(file), weak.resolve(file));
        }
        copy(STARTER.resolve("weak/unet/model.onnx"), weak.resolve("unet/model.onnx"));
        copy(STARTER.resolve("weak/unet/config.json"), weak.resolve("unet/config.json"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private Shell.Result generate(Path out, String... more) {
        List<String> args = new ArrayList<>(
                List.of("generate", "--prompt", "a red apple", "--policy", "autoguidance(share=0.5) + cfg(w=3)", "--steps", "3", "--seed", "1", "--out", out.toString(), "--device", "cpu"));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    @Test
    void theSameNetGivesTheSamePictureWhereverItLiesAndReplayFollowsIt() throws IOException {
        Path own = folder.resolve("own.png");
        Path lent = folder.resolve("lent.png");
        assertThat(generate(own).exit()).isZero();
        Shell.Result made = generate(lent, "--weak", weak.toString());
        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(PictureFile.read(lent).image()).isEqualTo(PictureFile.read(own).image());
        Lent recorded = SpecJson.read(PictureFile.read(lent).record().orElseThrow().spec()).lent().getFirst();
        assertThat(recorded.role()).isEqualTo(Branch.Net.WEAK);
        assertThat(recorded.model()).isEqualTo(weak.toString());
        assertThat(recorded.hash()).matches("[0-9a-f]{64}");

        assertThat(run("replay", lent.toString(), "--quiet").out()).isEqualTo(lent + ": bit-identical\n");

        Path elsewhere = weak.resolveSibling("moved");
        Files.move(weak, elsewhere);
        Shell.Result found = run("replay", lent.toString());
        assertThat(found.out()).as(found.err()).startsWith(lent + ": bit-identical");
        assertThat(found.err()).contains("is now in " + elsewhere);

        Path hidden = folder.resolve("hidden");
        Files.move(elsewhere, hidden);
        Shell.Result gone = run("replay", lent.toString(), "--quiet");
        assertThat(gone.exit()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(gone.err()).contains("weak companion network").contains(recorded.hash().substring(0, 10)).contains("--weak DIR");
        assertThat(run("replay", lent.toString(), "--quiet", "--weak", hidden.toString()).out()).isEqualTo(lent + ": bit-identical\n");

        Files.writeString(hidden.resolve("unet/config.json"), "{ }");
        Shell.Result other = run("replay", lent.toString(), "--quiet", "--weak", hidden.toString());
        assertThat(other.out()).contains("bit-identical").contains("The weak companion network of another model differs: " + recorded.hash().substring(0, 10));
        Files.move(hidden, weak);
        Shell.Result refused = run("replay", lent.toString(), "--quiet");
        assertThat(refused.exit()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(refused.err()).contains("the model that the recipe was made with (" + recorded.hash().substring(0, 10) + ")").contains("with other files");
    }

    @Test
    void measuredNumbersHoldForTheNetsThatTookPart() {
        String lender = weak.toString();
        Shell.Result measured = run("calibrate", "--kind", "ag", "--prompt", "a red apple", "--steps", "3", "--weak", lender, "--device", "cpu");
        assertThat(measured.exit()).as(measured.err()).isZero();
        assertThat(measured.err()).contains("The net of the other model takes no part");

        Shell.Result beside = run("generate", "--prompt", "a fox", "--seed", "1", "--steps", "3", "--policy", "ag + cfg(w=3)", "--calibrated", "--weak", lender, "--device", "cpu", "--json");
        assertThat(beside.exit()).as("CFG asks the model alone, whatever lies beside it: %s", beside.err()).isZero();

        Shell.Result asked = run("generate", "--prompt", "a fox", "--seed", "1", "--steps", "3", "--policy", "ag + autoguidance + cfg(w=3)", "--calibrated", "--weak", lender, "--device", "cpu");
        assertThat(asked.exit()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(asked.err()).containsPattern("a calibration for model [0-9a-f]{16} with weak [0-9a-f]{16}, sampler").containsPattern("only for model [0-9a-f]{16}, sampler");
    }

    @Test
    void lanesShareItAndAQuantisedSecondModelIsNotMixed() {
        Path sheet = folder.resolve("sheet.png");
        Shell.Result compared = run(
                "compare", "--prompt", "a red apple", "--policy", "cfg(w=3)", "--policy", "autoguidance + cfg(w=2)", "--steps", "2", "--seed", "1", "--weak", weak.toString(), "--out", sheet.toString(), "--json");
        assertThat(compared.exit()).as(compared.err()).isZero();
        Shell.Result mixed = run(
                "generate", "--prompt", "a red apple", "--policy", "weights(share=0.5) + cfg(w=2)", "--steps", "2", "--second", weak.toString(), "--out", folder.resolve("m.png").toString());
        assertThat(mixed.exit()).isNotZero();
        assertThat(mixed.err()).contains(weak.toString()).contains("a quantised export, whose weights cannot be mixed");
    }
}

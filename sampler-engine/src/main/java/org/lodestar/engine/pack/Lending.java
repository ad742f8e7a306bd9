package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;
import org.lodestar.engine.pack.ModelFolder.Contents;
import org.lodestar.engine.pack.ModelFolder.Denoising;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Whether the denoiser of one model can work beside that of another, and the denoiser made ready for it.
///
/// Both are given the same latents and the same words, so these must be of one kind. What a net puts out and the noise it was taught may differ for a weak net: both are converted
/// ([org.lodestar.engine.model.MatchedLevels]). Weights that are mixed must mean the same.
///
/// @param main   the model that borrows
/// @param lender the folder of the other one, absolute
/// @param other  what lies there
record Lending(Contents main, Path lender, Contents other) {

    /// The nets that `main` has with those of `lender` in `role`.
    ///
    /// @throws EngineException.ModelProblem with everything that keeps the two apart
    static Contents into(Contents main, Branch.Net role, Path lender) {
        ModelFolder found = ModelFolder.inspect(lender);
        Contents other = found.contents();
        if (other == null) {
            throw new EngineException.ModelProblem(
                    found.report().problems().stream().map(problem -> new Problem(lender + ", " + problem.where(), problem.expected(), problem.found(), problem.remedy())).toList(), null);
        }
        Lending lending = new Lending(main, lender, other);
        List<Problem> problems = lending.problems(role);
        if (!problems.isEmpty()) {
            throw new EngineException.ModelProblem(problems, null);
        }
        return main.with(role, lending.denoising(role));
    }

    private Denoising theirs() {
        return Objects.requireNonNull(other.denoisers().get(Branch.Net.MAIN), "a checked folder has a denoiser");
    }

    private Denoising ours() {
        return Objects.requireNonNull(main.denoisers().get(Branch.Net.MAIN), "a checked folder has a denoiser");
    }

    /// The other's denoiser under its new role, told apart in messages by the folder it lies in.
    private Denoising denoising(Branch.Net role) {
        ModelPart part = theirs().part();
        ModelPart named = new ModelPart(role.folder(), lender.resolve(part.where()).toString(), part.file(), part.header(), part.files(), part.bytes());
        return new Denoising(named, theirs().ports(), theirs().timeScale(), Optional.of(new ModelFolder.Lender(lender, other)));
    }

    private List<Problem> problems(Branch.Net role) {
        List<Problem> problems = new ArrayList<>();
        LatentFormat mine = main.format();
        LatentFormat its = other.format();
        if (mine.channels() != its.channels() || mine.downscale() != its.downscale()) {
            add(problems, "latents of " + latents(mine), latents(its), "Both models must work on the latents of one autoencoder");
        } else if (Math.abs(mine.scale() - its.scale()) > 1e-4 || Math.abs(mine.shift() - its.shift()) > 1e-4) {
            add(problems, "latents scaled by " + mine.scale() + " and shifted by " + mine.shift(), "a scale of " + its.scale() + " and a shift of " + its.shift(),
                    "The two have different autoencoders; choose a relative of the main model");
        }
        long width = width(ours(), main);
        long itsWidth = width(theirs(), other);
        if (width > 0 && itsWidth > 0 && width != itsWidth) {
            add(problems, "text states " + width + " wide, which the main model's text encoder gives", itsWidth + " wide", "Choose a relative that reads the same text encoder");
        }
        Set<Meaning> unknown = needs(theirs());
        unknown.removeAll(needs(ours()));
        if (!unknown.isEmpty()) {
            add(problems, "only inputs that the main denoiser has too", unknown.stream().map(Meaning::title).sorted().collect(Collectors.joining(", ")), "Choose a model of the same family");
        }
        if (theirs().ports().takesRating() != ours().ports().takesRating()) {
            add(problems, "the same size numbers (time_ids) as the main denoiser takes", "others", "Choose a model of the same family");
        }
        if (other.picture() != PictureInput.NONE && other.picture() != main.picture()) {
            add(problems, "a denoiser that is shown what the main one is", "one that is shown a picture", "Choose a text-to-image model");
        }
        ModelInfo.Sizes sizes = main.sizes();
        ModelInfo.Sizes itsSizes = other.sizes();
        boolean fixed = itsSizes.fixedWidth() > 0 || itsSizes.fixedHeight() > 0;
        if ((fixed && (itsSizes.fixedWidth() != sizes.fixedWidth() || itsSizes.fixedHeight() != sizes.fixedHeight())) || sizes.multipleOf() % itsSizes.multipleOf() != 0) {
            add(problems, "pictures of every size that the main model makes", fixed ? "only " + itsSizes.fixedWidth() + "x" + itsSizes.fixedHeight() : "multiples of " + itsSizes.multipleOf() + " pixels",
                    "Export it with free sizes");
        }
        if (role == Branch.Net.SECOND && main.noise().parameterization() != other.noise().parameterization()) {
            add(problems, "a net that puts out " + name(main) + ", as the main one", name(other), "Weights that mean different things cannot be mixed; it can still be the weak model (--weak)");
        }
        if (role == Branch.Net.SECOND && !main.noise().schedule().hasLevelsOf(other.noise().schedule())) {
            add(problems, "the noise levels that the main model was taught", "others", "Weights that mean different things cannot be mixed; it can still be the weak model (--weak)");
        }
        return problems;
    }

    private void add(List<Problem> problems, String expected, String found, String remedy) {
        problems.add(new Problem(lender.toString(), expected, found, remedy));
    }

    private static String latents(LatentFormat format) {
        return format.channels() + " channels at a " + format.downscale() + "th of the picture's size";
    }

    private static String name(Contents contents) {
        return switch (contents.noise().parameterization()) {
            case EPS -> "noise";
            case V -> "v";
            case X0 -> "clean samples";
            case FLOW -> "flow";
        };
    }

    /// Width of the text states that a denoiser takes; of those that its own encoders give where its graph leaves it open; -1 if unknown.
    private static long width(Denoising denoising, Contents contents) {
        Port states = denoising.ports().port(Meaning.TEXT_STATES);
        return states != null && states.fixed(2) > 0 ? states.fixed(2) : TextInspector.width(contents.texts());
    }

    /// What a denoiser has to be told of the words.
    private static Set<Meaning> needs(Denoising denoising) {
        return denoising.ports().others().stream().map(DenoiserPorts.Other::meaning).filter(Meaning::isText).collect(Collectors.toSet());
    }
}

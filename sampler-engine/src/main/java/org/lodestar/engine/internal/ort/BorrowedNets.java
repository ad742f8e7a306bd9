package org.lodestar.engine.internal.ort;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.MatchedLevels;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelFolder.Lender;
import org.lodestar.engine.pack.ModelPart;
import org.lodestar.engine.schedule.NoiseSchedule;

/// The nets of a model that other models lend it: how they are asked, what they are, and what is to be said of them.
///
/// @param hash the content hash of files that lie under a folder
record BorrowedNets(ModelFolder.Contents contents, BiFunction<Path, List<Path>, String> hash) {

    /// Nets that were taught other noise are asked about the same level of it.
    Denoiser matched(Denoiser denoiser) {
        Map<Branch.Net, NoiseSchedule> theirs = new EnumMap<>(Branch.Net.class);
        contents.denoisers().forEach((kind, net) -> net.lender()
                .filter(lender -> !sameLevels(lender))
                .ifPresent(lender -> theirs.put(kind, lender.contents().noise().schedule())));
        return theirs.isEmpty() ? denoiser : new MatchedLevels(denoiser, theirs);
    }

    /// `lent` with the content hash of each lender.
    List<Lent> hashed(List<Lent> lent) {
        return lent.stream().map(net -> {
            Lender lender = Objects.requireNonNull(contents.denoisers().get(net.role())).lender().orElseThrow();
            return new Lent(net.role(), net.model(), hash.apply(lender.folder(), lender.contents().files()));
        }).toList();
    }

    /// The folder that a part lies in: that of its lender, or the model's `own`.
    Path folderOf(ModelPart part, Path own) {
        Stream<Lender> lenders = contents.denoisers().values().stream().filter(net -> net.part().equals(part)).flatMap(net -> net.lender().stream());
        return lenders.map(Lender::folder).findFirst().orElse(own);
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        contents.denoisers().forEach((kind, net) -> net.lender().ifPresent(lender -> {
            String which = "The " + kind.title() + " is the denoiser of " + lender.folder();
            notes.add(which + ".");
            if (!textHashes(contents).equals(textHashes(lender.contents()))) {
                notes.add(which + ", whose own text encoder differs: it is told the words as this model's text encoder reads them.");
            }
            if (lender.contents().noise().parameterization() != contents.noise().parameterization()) {
                notes.add(which + ", which puts out another quantity; both are converted to clean samples.");
            }
            if (!sameLevels(lender)) {
                notes.add(which + ", which was taught other noise levels; it is asked about the same amount of noise, as near as it was taught.");
            }
        }));
        return notes;
    }

    private boolean sameLevels(Lender lender) {
        return lender.contents().noise().schedule().hasLevelsOf(contents.noise().schedule());
    }

    private List<String> textHashes(ModelFolder.Contents model) {
        return model.texts().stream().map(text -> hash.apply(Objects.requireNonNull(text.part().file().getParent()), text.part().files())).toList();
    }
}

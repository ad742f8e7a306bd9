package org.lodestar.engine.pack;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.Branch;

/// How much memory a model needs on the CPU, estimated from its files before anything is loaded.
///
/// ```
/// weights = sum over text encoders, denoiser and decoder of bytes * (2 where its inputs or outputs are half precision, else 1)
/// loading = the largest of these parts once more, which is in memory twice while its session is made
/// working = the greater of  128 bytes * (tokens of the usual size)^2 / a   and   3 KiB * pixels of the usual size
/// need    = weights + lent + max(loading, working)
/// in turn = loading + lent + max(loading, working)      where only one part at a time is in memory
/// ```
///
/// Half-precision weights are widened on the CPU. A token is a latent cell, or a patch of them for transformers that join cells. The first kind of working memory is a table of attention weights in the denoiser, for two branches with eight heads of 32-bit numbers; `a` is 16 for
/// models that attend at half resolution only (XL), else 1; Sana's attention is linear in the tokens and needs no such table. The second is three layers of 256 channels in the decoder at full resolution; larger pictures are decoded in tiles. Encoders of pictures,
/// companions and other sizes come on top when they are used, so that this is a lower bound on what a session may take; the operating system's own share is not in it.
///
/// @param weights bytes
/// @param loading bytes
/// @param working bytes
/// @param lent    bytes of nets of other models, which are in memory all the time
public record MemoryNeed(long weights, long loading, long working, long lent) {
    private static final double WARN = 0.8;

    /// The need of a checked folder.
    public static MemoryNeed of(ModelFolder.Contents contents) {
        long weights = parts(contents).mapToLong(MemoryNeed::widened).sum();
        long loading = parts(contents).mapToLong(MemoryNeed::widened).max().orElse(0);
        ModelInfo.Size size = contents.defaults().size();
        long pixels = (long) size.width() * size.height();
        long cells = pixels / ((long) contents.format().downscale() * contents.format().downscale());
        long tokens = cells / ((long) contents.patch() * contents.patch());
        long attention = switch (contents.family()) {
            case SANA -> 0;
            case SDXL, SDXL_REFINER -> 128 * tokens * tokens / 16;
            default -> 128 * tokens * tokens;
        };
        return new MemoryNeed(weights, loading, Math.max(attention, 3072 * pixels), lent(contents));
    }

    /// Nets that other models lend stay in memory while parts of the model take turns.
    private static long lent(ModelFolder.Contents contents) {
        return contents.denoisers().values().stream().filter(net -> net.lender().isPresent()).mapToLong(net -> widened(net.part())).sum();
    }

    private static Stream<ModelPart> parts(ModelFolder.Contents contents) {
        return Stream.of(
                        contents.texts().stream().map(ModelFolder.TextPart::part),
                        Stream.ofNullable(contents.denoisers().get(Branch.Net.MAIN)).map(ModelFolder.Denoising::part),
                        Stream.of(contents.decoder()))
                .flatMap(parts -> parts);
    }

    private static long widened(ModelPart part) {
        boolean half = Stream.concat(part.header().inputs().stream(), part.header().outputs().stream())
                .anyMatch(port -> port.type() == TensorType.FLOAT16 || port.type() == TensorType.BFLOAT16);
        return half ? 2 * part.bytes() : part.bytes();
    }

    /// All of it, in bytes.
    public long total() {
        return weights + lent + Math.max(loading, working);
    }

    /// Bytes of memory of the machine, or of the container the program runs in; empty where the system does not tell.
    public static Optional<Long> ofThisMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system && system.getTotalMemorySize() > 0
                ? Optional.of(system.getTotalMemorySize())
                : Optional.empty();
    }

    /// What it needs where its parts are in memory one at a time, in bytes.
    public long inTurn() {
        return loading + lent + Math.max(loading, working);
    }

    /// Whether parts have to take turns on a machine with `memory` bytes: from 80 % of it on.
    public boolean takesTurns(long memory) {
        return total() > WARN * memory;
    }

    /// What there is to say on a machine with `memory` bytes: nothing below 80 % of it, a warning from there on.
    ///
    /// @param insist whether to load the model even where it needs more than there is
    /// @throws EngineException.ModelTooLarge if its parts need more than there is even one at a time
    public Optional<String> check(long memory, boolean insist) {
        if (!takesTurns(memory)) {
            return Optional.empty();
        }
        if (exceeds(memory) && !insist) {
            throw new EngineException.ModelTooLarge(numbers(memory)
                    + " Use a smaller model or a machine with more memory; to try all the same, press \"Load anyway\" on the Models screen, add --any-memory on the command line, or start the"
                    + " program with -Dlodestar.anyMemory=true.");
        }
        return Optional.of(numbers(memory)
                + (exceeds(memory) ? " It may fail, or make everything slow; close other programs." : " Its parts are loaded in turn, so that pictures take longer; close other programs."));
    }

    /// Whether it needs more than `memory` bytes even with its parts in turn.
    public boolean exceeds(long memory) {
        return inTurn() > memory;
    }

    private String numbers(long memory) {
        return "This model needs about " + gigabytes(total()) + " of memory on the CPU (weights " + gigabytes(weights + lent) + ", loading or working " + gigabytes(Math.max(loading, working))
                + "), or " + gigabytes(inTurn()) + " with its parts loaded in turn, and this machine has " + gigabytes(memory) + ".";
    }

    /// `1.8 GB`
    public String text() {
        return gigabytes(total());
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}

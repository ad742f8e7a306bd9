package org.lodestar.engine.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.Patches;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Which input of a denoising network means what. Exporters agree on names for the most part; where they left generated names, ranks and widths tell. Ranks and types
/// are taken as declared.
///
/// @param sample   the noisy state, `[batch, channels, height, width]`, or `[batch, patches, channels*4]` for networks that want [org.lodestar.engine.latent.Patches]
/// @param timestep the model time, a scalar or `[batch]`, of whatever number type
/// @param others   everything else
/// @param output   the raw prediction, shaped like the state
public record DenoiserPorts(Port sample, Port timestep, List<Other> others, Port output) {
    private static final int RATED_SIZES = 5;
    private static final List<String> SAMPLE_NAMES = List.of("sample", "hidden_states");
    private static final List<String> OUTPUT_NAMES = List.of("out_sample", "out_hidden_states", "sample");

    /// What an input beside state and time is told.
    public enum Meaning {
        /// The states of the text encoder(s), one row per token.
        TEXT_STATES("the text states (encoder_hidden_states)"),
        /// One vector for the whole text.
        POOLED_TEXT("the whole text (pooled_projections)"),
        /// Which rows of the text states stand for text: 1, else 0.
        TEXT_MASK("which text states count (encoder_attention_mask)"),
        /// Three numbers for each row of the text states: all zero.
        TEXT_PLACES("the places of text states (txt_ids)"),
        /// Three numbers for each patch: 0, its row, its column.
        PATCH_PLACES("the places of patches (img_ids)"),
        /// Height and width in pixels.
        PICTURE_SIZE("the picture's size (resolution)"),
        /// Height by width.
        PICTURE_SHAPE("the picture's shape (aspect_ratio)"),
        /// Original height and width, crop top and left, then target height and width (six numbers) or how beautiful the picture is (five).
        SIZES("size numbers (time_ids)"),
        /// The guidance weight as sines and cosines (latent consistency models).
        GUIDANCE_WAVES("the guidance weight (timestep_cond)"),
        /// The guidance weight itself.
        GUIDANCE("the guidance weight (guidance)"),
        /// A switch left over from the export, fed with false.
        SWITCH("a switch");

        private final String title;

        Meaning(String title) {
            this.title = title;
        }

        /// For people, with the usual name of the input.
        String title() {
            return title;
        }

        /// Whether pictures of one call may be told different things here.
        public boolean isText() {
            return this == TEXT_STATES || this == POOLED_TEXT || this == TEXT_MASK;
        }
    }

    /// An input and its meaning.
    public record Other(Port port, Meaning meaning) {}

    public DenoiserPorts {
        others = List.copyOf(others);
    }

    /// Whether the state is fed as patches.
    public boolean patches() {
        return sample.rank() == 3;
    }

    /// Channels of the state, or -1 if the graph leaves them open.
    public long channels() {
        return !patches() ? sample.fixed(1) : sample.fixed(2) < 0 ? -1 : sample.fixed(2) / Patches.CELLS;
    }

    /// Channels of the answer, or -1 if the graph leaves them open: those of the state, then maybe their spread.
    public long outputChannels() {
        return !patches() ? output.fixed(1) : output.fixed(2) < 0 ? -1 : output.fixed(2) / Patches.CELLS;
    }

    /// The only batch size the graph takes, or -1.
    public long fixedBatch() {
        return sample.fixed(0);
    }

    /// Whether the graph takes states of any height and width.
    public boolean takesAnySize() {
        return patches() ? Geometry.fixedPatches(this) <= 0 : sample.fixed(2) <= 0 && sample.fixed(3) <= 0;
    }

    /// Whether the graph is told the guidance weight, and so guides by itself.
    public boolean takesGuidance() {
        return port(Meaning.GUIDANCE) != null || port(Meaning.GUIDANCE_WAVES) != null;
    }

    /// Whether the graph is told how beautiful the picture is ([org.lodestar.engine.model.Conditioning#BEAUTY]).
    public boolean takesRating() {
        Port sizes = port(Meaning.SIZES);
        return sizes != null && sizes.fixed(1) == RATED_SIZES;
    }

    /// The input of that meaning, or null.
    public @Nullable Port port(Meaning meaning) {
        return others.stream().filter(other -> other.meaning() == meaning).map(Other::port).findFirst().orElse(null);
    }

    /// Finds the ports; empty, with the reasons in `problems`, if the graph is not a denoiser.
    ///
    /// @param where the file, for the problems
    public static Optional<DenoiserPorts> of(OnnxFile file, String where, List<Problem> problems) {
        return new Finder(file, where, problems).find();
    }

    private record Finder(OnnxFile file, String where, List<Problem> problems) {

        Optional<DenoiserPorts> find() {
            int before = problems.size();
            Port sample = first(file.inputs(), SAMPLE_NAMES);
            Port timestep = file.input("timestep");
            Port output = first(file.outputs(), OUTPUT_NAMES);
            if (output == null && file.outputs().size() == 1) {
                output = file.outputs().getFirst();
            }
            if (sample == null) {
                missing("an input named sample (the noisy picture)", file.inputs());
            } else {
                if (sample.rank() != 4 && !(sample.rank() == 3 && file.input("img_ids") != null)) {
                    wrong("the input " + sample.name() + " to have 4 axes", sample);
                }
                if (sample.rank() == 3 && sample.fixed(2) % Patches.CELLS > 0) {
                    wrong("the input " + sample.name() + " to have rows of four numbers per channel", sample);
                }
                if (!sample.type().isFloating()) {
                    wrong("the input " + sample.name() + " to be floating point", sample);
                }
            }
            if (timestep == null) {
                missing("an input named timestep", file.inputs());
            } else if (timestep.rank() > 1) {
                wrong("the input timestep to be one number or one per picture", timestep);
            } else if (!isNumber(timestep.type())) {
                wrong("the input timestep to be a number", timestep);
            }
            if (output == null) {
                missing("an output named out_sample", file.outputs());
            } else if (!output.type().isFloating()) {
                wrong("floating-point output", output);
            }
            if (sample == null || timestep == null || output == null || problems.size() > before) {
                return Optional.empty();
            }
            List<Other> others = new ArrayList<>();
            for (Port port : file.inputs()) {
                if (!port.equals(sample) && !port.equals(timestep)) {
                    Meaning meaning = meaning(port);
                    if (meaning == null) {
                        problems.add(new Problem(where, "inputs this program knows", port.toString(), "This kind of model is not supported"));
                    } else {
                        others.add(new Other(port, meaning));
                    }
                }
            }
            return problems.size() > before ? Optional.empty() : Optional.of(new DenoiserPorts(sample, timestep, others, output));
        }

        private static @Nullable Meaning meaning(Port port) {
            if (port.name().equals("encoder_attention_mask") && port.rank() == 2 && (isNumber(port.type()) || port.type() == TensorType.BOOL)) {
                return Meaning.TEXT_MASK;
            }
            if (port.type() == TensorType.BOOL) {
                return port.rank() <= 1 ? Meaning.SWITCH : null;
            }
            if (!isNumber(port.type())) {
                return null;
            }
            return switch (port.name()) {
                case "encoder_hidden_states" -> port.rank() == 3 ? Meaning.TEXT_STATES : null;
                case "text_embeds", "pooled_projections" -> port.rank() == 2 ? Meaning.POOLED_TEXT : null;
                case "txt_ids" -> isPlaces(port) ? Meaning.TEXT_PLACES : null;
                case "img_ids" -> isPlaces(port) ? Meaning.PATCH_PLACES : null;
                case "resolution" -> port.rank() == 2 ? Meaning.PICTURE_SIZE : null;
                case "aspect_ratio" -> port.rank() == 2 ? Meaning.PICTURE_SHAPE : null;
                case "time_ids" -> port.rank() == 2 ? Meaning.SIZES : null;
                case "timestep_cond" -> port.rank() == 2 ? Meaning.GUIDANCE_WAVES : null;
                case "guidance", "guidance_scale" -> port.rank() <= 1 ? Meaning.GUIDANCE : null;
                default -> byShape(port);
            };
        }

        /// `[rows, 3]`, or with a batch axis before it.
        private static boolean isPlaces(Port port) {
            return (port.rank() == 2 || port.rank() == 3) && (port.fixed(port.rank() - 1) < 0 || port.fixed(port.rank() - 1) == 3);
        }

        /// Names that an exporter made up, such as `onnx::Concat_4`.
        private static @Nullable Meaning byShape(Port port) {
            if (!port.name().startsWith("onnx::") || port.rank() != 2) {
                return null;
            }
            return port.fixed(1) == 5 || port.fixed(1) == 6 ? Meaning.SIZES : port.fixed(1) == 1280 ? Meaning.POOLED_TEXT : null;
        }

        private static boolean isNumber(TensorType type) {
            return type.isFloating() || type == TensorType.INT32 || type == TensorType.INT64;
        }

        private static @Nullable Port first(List<Port> ports, List<String> names) {
            for (String name : names) {
                for (Port port : ports) {
                    if (port.name().equals(name)) {
                        return port;
                    }
                }
            }
            return null;
        }

        private void wrong(String expected, Port found) {
            problems.add(new Problem(where, expected, found.toString(), "Export the model again"));
        }

        private void missing(String expected, List<Port> found) {
            String names = found.isEmpty() ? "none" : String.join(", ", found.stream().map(Port::toString).toList());
            problems.add(new Problem(where, expected, names, "This is not a denoising network in the diffusers layout; export the model again"));
        }
    }
}

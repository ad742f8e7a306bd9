package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.Patches;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Answers queries with ONNX networks. Queries of the same net, time, shape and numbers share a call where the layout and the graph's batch size allow it.
final class OrtDenoiser implements Denoiser {
    private static final System.Logger LOG = System.getLogger(OrtDenoiser.class.getName());
    /// Greatest batch of one call: more only costs memory.
    private static final int MAX_BATCH = 8;

    private final Map<Branch.Net, Source> nets;
    private final DenoiserInputs inputs;
    private final CallLayout layout;
    private final Consumer<String> notice;
    /// Those that gave numbers that are not finite in this run, and are asked on the CPU from then on; null where no run is told of.
    private final @Nullable Set<Branch.Net> overflowed;

    /// A network that answers, and what its inputs and its output mean.
    ///
    /// @param net   opens it when first needed; which one may depend on the numbers of the conditioning
    /// @param shown channels after those of the state, for what it is shown of a picture ([Conditioning#PICTURE]; zeros without)
    /// @param timeScale what a model time is multiplied with before it is told
    /// @param exact the same network on the CPU, which computes half-precision networks in full precision: asked again what `net` answered with numbers that are not finite
    record Source(
            Function<Conditioning, OrtNet> net, DenoiserPorts ports, Parameterization parameterization, int shown, double timeScale, Optional<Supplier<OrtNet>> exact) {
        Source(Function<Conditioning, OrtNet> net, DenoiserPorts ports, Parameterization parameterization, int shown, double timeScale) {
            this(net, ports, parameterization, shown, timeScale, Optional.empty());
        }

        Source(Supplier<OrtNet> net, DenoiserPorts ports, Parameterization parameterization) {
            this(told -> net.get(), ports, parameterization, 0, 1);
        }
    }

    OrtDenoiser(Map<Branch.Net, Source> nets, DenoiserInputs inputs, CallLayout layout) {
        this(nets, inputs, layout, sentence -> LOG.log(System.Logger.Level.WARNING, sentence), null);
    }

    private OrtDenoiser(Map<Branch.Net, Source> nets, DenoiserInputs inputs, CallLayout layout, Consumer<String> notice, @Nullable Set<Branch.Net> overflowed) {
        this.nets = Map.copyOf(nets);
        this.inputs = inputs;
        this.layout = layout;
        this.notice = notice;
        this.overflowed = overflowed;
    }

    /// Stays on the CPU with a net that overflowed once.
    @Override
    public Denoiser forRun(Consumer<String> told) {
        return new OrtDenoiser(nets, inputs, layout, told, EnumSet.noneOf(Branch.Net.class));
    }

    /// The same networks in another layout.
    OrtDenoiser with(CallLayout other) {
        return new OrtDenoiser(nets, inputs, other, notice, overflowed);
    }

    @Override
    public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
        Map<Group, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < queries.size(); i++) {
            groups.computeIfAbsent(Group.of(queries.get(i)), key -> new ArrayList<>()).add(i);
        }
        Prediction[] answers = new Prediction[queries.size()];
        groups.forEach((group, members) -> {
            Source source = source(group.net());
            int capacity = capacity(source.ports());
            for (int from = 0; from < members.size(); from += capacity) {
                List<Integer> part = members.subList(from, Math.min(members.size(), from + capacity));
                List<Latents> raw = call(source, part.stream().map(queries::get).toList(), cancel);
                for (int i = 0; i < part.size(); i++) {
                    Query query = queries.get(part.get(i));
                    answers[part.get(i)] = source.parameterization().toPrediction(raw.get(i), query.x(), query.level());
                }
            }
        });
        return Arrays.asList(answers);
    }

    @Override
    public Set<Branch.Net> nets() {
        return nets.keySet();
    }

    private Source source(Branch.Net net) {
        Source source = nets.get(net);
        if (source == null) {
            throw new EngineException.InvalidInput(
                    "guidance", "a model with a " + net.title(), "none in this model",
                    "Choose a policy that does not need one, or a model that has one");
        }
        return source;
    }

    private int capacity(DenoiserPorts ports) {
        long fixed = ports.fixedBatch();
        return fixed > 0 ? Math.toIntExact(fixed) : layout == CallLayout.TOGETHER ? MAX_BATCH : 1;
    }

    /// Raw outputs of `queries`, which agree in net, time, shapes and numbers; from the exact network where the usual one overflows.
    private List<Latents> call(Source source, List<Query> queries, CancelToken cancel) {
        Branch.Net kind = queries.getFirst().branch().net();
        if (overflowed != null && overflowed.contains(kind)) {
            return call(source, source.exact().orElseThrow().get(), queries, cancel);
        }
        List<Latents> raw = call(source, source.net().apply(queries.getFirst().branch().conditioning()), queries, cancel);
        if (source.exact().isEmpty() || raw.stream().allMatch(LatentOps::isFinite)) {
            return raw;
        }
        OrtNet exact = source.exact().get().get();
        if (overflowed == null) {
            notice.accept(exact.name() + " gave numbers that are not finite on this device; the call is done again on the CPU.");
        } else {
            overflowed.add(kind);
            notice.accept(exact.name() + " gave numbers that are not finite on this device; the CPU computes it for the rest of the run.");
        }
        return call(source, exact, queries, cancel);
    }

    /// One network call.
    private List<Latents> call(Source source, OrtNet net, List<Query> queries, CancelToken cancel) {
        DenoiserPorts ports = source.ports();
        int batch = ports.fixedBatch() > 0 ? Math.toIntExact(ports.fixedBatch()) : queries.size();
        Latents x = queries.getFirst().x();
        try (OrtNet.Call call = net.call()) {
            HostTensor sample = call.input(ports.sample().name(), shape(ports, batch, x.channels() + source.shown(), x));
            int shown = source.shown() * x.height() * x.width();
            for (int i = 0; i < batch; i++) {
                Query query = padded(queries, i);
                int start = i * (x.size() + shown);
                sample.write(start, target -> write(ports, query.x(), target));
                if (shown > 0) {
                    sample.write(start + x.size(), picture(query, shown)::copyTo);
                }
            }
            Port timestep = ports.timestep();
            long[] timeShape = timestep.rank() == 0 ? new long[0] : new long[] {timestep.fixed(0) > 0 ? timestep.fixed(0) : batch};
            call.input(timestep.name(), timeShape).fill(queries.getFirst().level().modelTime() * source.timeScale());
            for (DenoiserPorts.Other other : ports.others()) {
                feed(call, other, queries, batch);
            }
            int channels = ports.outputChannels() > 0 ? Math.toIntExact(ports.outputChannels()) : x.channels();
            HostTensor output = call.output(ports.output().name(), shape(ports, batch, channels, x));
            call.run(cancel);
            List<Latents> raw = new ArrayList<>(queries.size());
            int stride = channels * x.height() * x.width();
            for (int i = 0; i < queries.size(); i++) {
                raw.add(output.read(i * stride, x.size(), buffer -> read(ports, x, buffer)));
            }
            return raw;
        }
    }

    private static long[] shape(DenoiserPorts ports, int batch, int channels, Latents x) {
        return ports.patches()
                ? new long[] {batch, Patches.count(x), (long) channels * Patches.CELLS}
                : new long[] {batch, channels, x.height(), x.width()};
    }

    private static void write(DenoiserPorts ports, Latents x, FloatBuffer target) {
        if (ports.patches()) {
            Patches.copyTo(x, target);
        } else {
            x.copyTo(target);
        }
    }

    /// The first channels of an answer; some networks give a spread for each of them too.
    private static Latents read(DenoiserPorts ports, Latents x, FloatBuffer source) {
        return ports.patches() ? Patches.read(x.channels(), x.height(), x.width(), source) : Latents.read(x.channels(), x.height(), x.width(), source);
    }

    private void feed(OrtNet.Call call, DenoiserPorts.Other other, List<Query> queries, int batch) {
        Port port = other.port();
        if (other.meaning() == DenoiserPorts.Meaning.SWITCH) {
            call.input(port.name(), ones(port.rank())).fill(0);
            return;
        }
        for (int i = 0; i < batch; i++) {
            Embedding embedding = inputs.of(other, padded(queries, i));
            int batchAxes = port.rank() - embedding.shape().length;
            boolean shared = batchAxes == 0 || (port.fixed(0) == 1 && !other.meaning().isText());
            long[] shape = new long[port.rank()];
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = axis >= batchAxes ? embedding.shape()[axis - batchAxes] : shared ? 1 : batch;
            }
            HostTensor input = call.input(port.name(), shape);
            if (!shared || i == 0) {
                input.write(i * embedding.size(), embedding::copyTo);
            }
        }
    }

    /// What the network is shown, `size` numbers.
    private static Embedding picture(Query query, int size) {
        Embedding picture = query.branch().conditioning().tensors().get(Conditioning.PICTURE);
        if (picture == null) {
            return new Embedding(new int[] {size}, new float[size]);
        }
        if (picture.size() != size) {
            throw new EngineException.InferenceFailure("The network is shown " + size + " numbers of a picture, but " + picture.size() + " are there.", null);
        }
        return picture;
    }

    private static long[] ones(int rank) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        return shape;
    }

    /// The second net's share that a mixture is asked for.
    static double share(Conditioning told) {
        return Objects.requireNonNull(told.tensors().get(Conditioning.SHARE), "a mixture is told the share").at(0);
    }

    /// Query `i`, or the last one again where a graph of fixed batch size wants more.
    private static Query padded(List<Query> queries, int i) {
        return queries.get(Math.min(i, queries.size() - 1));
    }

    /// What queries must agree in to share a call. Numbers are part of it: many graphs take one for the whole batch.
    private record Group(Branch.Net net, double modelTime, List<Integer> shape, Map<String, Float> numbers) {
        static Group of(Query query) {
            List<Integer> shape = new ArrayList<>(List.of(query.x().channels(), query.x().height(), query.x().width()));
            Map<String, Float> numbers = new TreeMap<>();
            query.branch().conditioning().tensors().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
                Arrays.stream(entry.getValue().shape()).forEach(shape::add);
                if (entry.getValue().size() == 1) {
                    numbers.put(entry.getKey(), entry.getValue().at(0));
                }
            });
            return new Group(query.branch().net(), query.level().modelTime(), shape, numbers);
        }
    }
}

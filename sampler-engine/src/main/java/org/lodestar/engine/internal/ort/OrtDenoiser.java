package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Answers queries with ONNX networks. Queries of the same net, time and shape share a call where the layout and the graph's batch size allow it.
final class OrtDenoiser implements Denoiser {
    /// Greatest batch of one call: more only costs memory.
    private static final int MAX_BATCH = 8;

    private final Map<Branch.Net, Source> nets;
    private final Parameterization parameterization;
    private final CallLayout layout;

    /// A network that answers, and what its inputs mean.
    ///
    /// @param net opens it when first needed
    record Source(Supplier<OrtNet> net, DenoiserPorts ports) {
        Source(OrtNet net, DenoiserPorts ports) {
            this(() -> net, ports);
        }
    }

    OrtDenoiser(Map<Branch.Net, Source> nets, Parameterization parameterization, CallLayout layout) {
        this.nets = Map.copyOf(nets);
        this.parameterization = parameterization;
        this.layout = layout;
    }

    /// The same networks in another layout.
    OrtDenoiser with(CallLayout other) {
        return new OrtDenoiser(nets, parameterization, other);
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
                    answers[part.get(i)] = parameterization.toPrediction(raw.get(i), query.x(), query.level());
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
                    "guidance", "a model with a " + net.name().toLowerCase(Locale.ROOT) + " companion network", "none in this model",
                    "Choose a policy that does not need one, or a model that has one");
        }
        return source;
    }

    private int capacity(DenoiserPorts ports) {
        long fixed = ports.fixedBatch();
        return fixed > 0 ? Math.toIntExact(fixed) : layout == CallLayout.TOGETHER ? MAX_BATCH : 1;
    }

    /// One network call: raw outputs of `queries`, which agree in net, time and shapes.
    private static List<Latents> call(Source source, List<Query> queries, CancelToken cancel) {
        DenoiserPorts ports = source.ports();
        int batch = ports.fixedBatch() > 0 ? Math.toIntExact(ports.fixedBatch()) : queries.size();
        Latents x = queries.getFirst().x();
        try (OrtNet.Call call = source.net().get().call()) {
            HostTensor sample = call.input(ports.sample().name(), batch, x.channels(), x.height(), x.width());
            for (int i = 0; i < batch; i++) {
                Latents state = padded(queries, i).x();
                sample.write(i * state.size(), state::copyTo);
            }
            Port timestep = ports.timestep();
            long[] timeShape = timestep.rank() == 0 ? new long[0] : new long[] {timestep.fixed(0) > 0 ? timestep.fixed(0) : batch};
            call.input(timestep.name(), timeShape).fill(queries.getFirst().level().modelTime());
            for (Port port : ports.others()) {
                feed(call, port, queries, batch);
            }
            int channels = ports.output().fixed(1) > 0 ? Math.toIntExact(ports.output().fixed(1)) : x.channels();
            HostTensor output = call.output(ports.output().name(), batch, channels, x.height(), x.width());
            call.run(cancel);
            List<Latents> raw = new ArrayList<>(queries.size());
            int stride = channels * x.height() * x.width();
            for (int i = 0; i < queries.size(); i++) {
                raw.add(output.read(i * stride, x.size(), (FloatBuffer buffer) -> Latents.read(x.channels(), x.height(), x.width(), buffer)));
            }
            return raw;
        }
    }

    private static void feed(OrtNet.Call call, Port port, List<Query> queries, int batch) {
        for (int i = 0; i < batch; i++) {
            Query query = padded(queries, i);
            Embedding embedding = query.branch().conditioning().tensors().get(port.name());
            if (embedding == null) {
                throw new EngineException.InferenceFailure("The network asks for the input " + port + ", which nothing provides. This kind of model is not supported.", null);
            }
            long[] shape = new long[embedding.shape().length + 1];
            shape[0] = batch;
            for (int axis = 1; axis < shape.length; axis++) {
                shape[axis] = embedding.shape()[axis - 1];
            }
            call.input(port.name(), shape).write(i * embedding.size(), embedding::copyTo);
        }
    }

    /// Query `i`, or the last one again where a graph of fixed batch size wants more.
    private static Query padded(List<Query> queries, int i) {
        return queries.get(Math.min(i, queries.size() - 1));
    }

    /// What queries must agree in to share a call.
    private record Group(Branch.Net net, double modelTime, List<Integer> shape) {
        static Group of(Query query) {
            List<Integer> shape = new ArrayList<>(List.of(query.x().channels(), query.x().height(), query.x().width()));
            query.branch().conditioning().tensors().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> Arrays.stream(entry.getValue().shape()).forEach(shape::add));
            return new Group(query.branch().net(), query.level().modelTime(), shape);
        }
    }
}

package org.lodestar.engine.guidance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// CADS, condition-annealed sampling: blurs the prompt with noise early on, for variety.
///
/// ```
/// e' = sqrt(gamma)*e + s*sqrt(1-gamma)*z;   e' := psi*(e' brought to mean and std of e) + (1-psi)*e'
/// gamma(t) = 1 for t <= tau1, 0 for t >= tau2, linear between;   t = 1 - i/N
/// ```
///
/// e are the token states the net reads (embeddings with two axes); pooled vectors and size hints stay. z is drawn anew at every evaluation from the state itself, so
/// each sample of a batch gets its own and runs repeat. Neutral: `s = 0`, which leaves the prompt as it is, or `tau1 = 1`.
///
/// Source: Sadat et al. 2023, arXiv 2310.17347.
public record Cads(double s, double tau1, double tau2, double psi) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "cads",
                    "CADS",
                    "Condition-annealed sampling",
                    "Lets the model hear your prompt through noise at first: far more variety between seeds, even at high strength.",
                    "e' = sqrt(gamma)*e + s*sqrt(1-gamma)*z, brought back to the mean and std of e by psi",
                    "arXiv 2310.17347",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number("s", "Variety", 0, 1, 0.25, 0.01, "How much noise the prompt is blurred with; more gives more variety and less obedience."),
                            ParameterSpec.number("tau1", "Clear from", 0, 1, 0.6, 0.01, "Where the prompt is fully clear: 1 is the start of the run, 0 its end."),
                            ParameterSpec.number("tau2", "Blurred until", 0, 1, 0.9, 0.01, "Until where the prompt is nothing but noise: 1 is the start of the run, 0 its end."),
                            ParameterSpec.number("psi", "Keep loudness", 0, 1, 1, 0.05, "How far the blurred prompt is brought back to its usual range; less is wilder."))),
            Set.of(Slot.CONDITION),
            "0",
            p -> new Cads(p.number("s"), p.number("tau1"), p.number("tau2"), p.number("psi")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Conditioned condition(StepContext context, PolicyState state) {
        return Conditioned.of(blurred(context), state);
    }

    private Branch blurred(StepContext context) {
        Branch cond = context.branches().cond();
        double gamma = gamma(1 - context.progress());
        if (gamma == 1 || s == 0) {
            return cond;
        }
        SplittableRandom random = new SplittableRandom(31L * context.x().hashCode() + context.step());
        Map<String, Embedding> blurred = new LinkedHashMap<>();
        cond.conditioning().tensors().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> blurred.put(e.getKey(), e.getValue().shape().length == 2 ? blurred(e.getValue(), gamma, random) : e.getValue()));
        return new Branch(cond.name(), new Conditioning(cond.conditioning().text(), blurred), cond.net());
    }

    private double gamma(double t) {
        if (t <= tau1) {
            return 1;
        }
        return t >= tau2 ? 0 : (tau2 - t) / (tau2 - tau1);
    }

    private Embedding blurred(Embedding clear, double gamma, SplittableRandom random) {
        float[] from = clear.toArray();
        double[] noisy = new double[from.length];
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = Math.sqrt(gamma) * from[i] + s * Math.sqrt(1 - gamma) * random.nextGaussian();
        }
        Spread wanted = Spread.of(clear.size(), i -> from[i]);
        Spread found = Spread.of(clear.size(), i -> noisy[i]);
        float[] out = new float[from.length];
        for (int i = 0; i < out.length; i++) {
            double restored = found.std == 0 ? wanted.mean : (noisy[i] - found.mean) / found.std * wanted.std + wanted.mean;
            out[i] = (float) (psi * restored + (1 - psi) * noisy[i]);
        }
        return new Embedding(clear.shape(), out);
    }

    private record Spread(double mean, double std) {
        static Spread of(int size, IntToDoubleFunction value) {
            double mean = 0;
            for (int i = 0; i < size; i++) {
                mean += value.applyAsDouble(i) / size;
            }
            double variance = 0;
            for (int i = 0; i < size; i++) {
                variance += Math.pow(value.applyAsDouble(i) - mean, 2) / size;
            }
            return new Spread(mean, Math.sqrt(variance));
        }
    }
}

package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Term;

/// Searches the per-step guidance weights of a [PolicyTable]: the least loss within a budget of network evaluations, without gradients.
///
/// A weight of 1 (plain prompt) or 0 (no prompt) costs one evaluation, any other two. Runs share their first steps, so the states after each step are kept under the
/// weights that led there and continued from.
///
/// @param <S> the state of a run between two steps, immutable
public final class PolicySearch<S> {

    /// Runs to try policies on.
    public interface Walk<S> {
        /// Number of steps.
        int steps();

        /// The state before the first step.
        S start();

        /// The state after step `index` at guidance weight `weight`.
        S step(S state, int index, double weight);

        /// How far the end is from what full guidance gives; less is better.
        double loss(S end);
    }

    /// A policy with its loss.
    ///
    /// @param weights one per step
    /// @param loss    of [Walk#loss]
    public record Found(List<Double> weights, double loss) {
        public Found {
            weights = List.copyOf(weights);
        }

        /// Network evaluations of the whole run.
        public int nfe() {
            return weights.stream().mapToInt(PolicySearch::cost).sum();
        }

        /// The policy as a term to run.
        public Term term() {
            String steps = weights.stream().map(w -> w == 1 ? "c" : w == 0 ? "u" : Descriptor.plain(w)).collect(Collectors.joining(" "));
            return new Term("table", Map.of("steps", steps));
        }
    }

    /// States kept for continuing.
    private static final int KEPT = 1024;

    private final Walk<S> walk;
    private final double guided;
    private final List<Double> options;
    private final Map<List<Double>, S> prefixes = new LinkedHashMap<>(16, 0.75f, true);
    private long steps;

    /// @param walk    the runs
    /// @param guided  the weight of full guidance
    /// @param options other weights that a step may take; 1 is always among them
    public PolicySearch(Walk<S> walk, double guided, List<Double> options) {
        this.walk = walk;
        this.guided = guided;
        this.options = Stream.concat(Stream.of(guided, 1.0), options.stream()).distinct().toList();
    }

    /// Steps walked so far; without sharing it would be the number of policies tried times the number of steps.
    public long stepsWalked() {
        return steps;
    }

    /// The policy with the given weights.
    public Found trial(List<Double> weights) {
        return new Found(weights, walk.loss(stateAfter(weights)));
    }

    /// Full guidance first, the plain prompt after, within `cap` evaluations: the baseline to beat.
    public Found stepAg(int cap) {
        int n = walk.steps();
        int first = Math.clamp((long) cap - n, 0, n);
        return trial(IntStream.range(0, n).mapToObj(i -> i < first ? guided : 1.0).toList());
    }

    /// Starts from full guidance and makes one step cheaper at a time, the one that costs the least loss, until `cap` is met; then changes single steps as long as that
    /// helps within the cap.
    public Found descend(int cap) {
        Found now = trial(Collections.nCopies(walk.steps(), guided));
        while (now.nfe() > cap) {
            int before = now.nfe();
            now = neighbours(now).filter(found -> found.nfe() < before).min(LEAST_LOSS).orElseThrow(() -> impossible(cap));
        }
        while (true) {
            Found best = neighbours(now).filter(found -> found.nfe() <= cap).min(LEAST_LOSS).orElse(now);
            if (best.loss >= now.loss) {
                return now;
            }
            now = best;
        }
    }

    /// A (mu+lambda) evolution from [#stepAg] and [#descend]: never worse than either.
    ///
    /// @param generations number of rounds
    /// @param population  survivors and children per round
    /// @param seed        of the mutations
    public Found evolve(int cap, int generations, int population, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Found> alive = new ArrayList<>(List.of(stepAg(cap), descend(cap)));
        for (int generation = 0; generation < generations; generation++) {
            List<Found> all = new ArrayList<>(alive);
            for (int child = 0; child < population; child++) {
                List<Double> weights = mutated(alive.get(random.nextInt(alive.size())).weights, random);
                if (weights.stream().mapToInt(PolicySearch::cost).sum() <= cap) {
                    all.add(trial(weights));
                }
            }
            alive = all.stream().distinct().sorted(LEAST_LOSS).limit(population).toList();
        }
        return alive.stream().min(LEAST_LOSS).orElseThrow();
    }

    private static final Comparator<Found> LEAST_LOSS = Comparator.comparingDouble(Found::loss);

    private static int cost(double weight) {
        return weight == 1 || weight == 0 ? 1 : 2;
    }

    private IllegalArgumentException impossible(int cap) {
        return new IllegalArgumentException(walk.steps() + " steps cannot be done with " + cap + " evaluations");
    }

    private Stream<Found> neighbours(Found from) {
        return IntStream.range(0, from.weights.size())
                .boxed()
                .flatMap(i -> options.stream().filter(option -> !option.equals(from.weights.get(i))).map(option -> {
                    List<Double> weights = new ArrayList<>(from.weights);
                    weights.set(i, option);
                    return trial(weights);
                }));
    }

    /// Each step takes another weight with probability 1/N; half of the children also swap two steps, which keeps the cost.
    private List<Double> mutated(List<Double> weights, SplittableRandom random) {
        List<Double> out = new ArrayList<>(weights);
        for (int i = 0; i < out.size(); i++) {
            if (random.nextInt(out.size()) == 0) {
                out.set(i, options.get(random.nextInt(options.size())));
            }
        }
        if (random.nextBoolean()) {
            Collections.swap(out, random.nextInt(out.size()), random.nextInt(out.size()));
        }
        return out;
    }

    private S stateAfter(List<Double> weights) {
        int known = weights.size();
        S state = null;
        while (known > 0 && state == null) {
            state = prefixes.get(weights.subList(0, known));
            if (state == null) {
                known--;
            }
        }
        if (state == null) {
            state = walk.start();
        }
        for (int i = known; i < weights.size(); i++) {
            state = walk.step(state, i, weights.get(i));
            steps++;
            keep(List.copyOf(weights.subList(0, i + 1)), state);
        }
        return state;
    }

    private void keep(List<Double> weights, S state) {
        prefixes.put(weights, state);
        if (prefixes.size() > KEPT) {
            prefixes.remove(prefixes.keySet().iterator().next());
        }
    }
}

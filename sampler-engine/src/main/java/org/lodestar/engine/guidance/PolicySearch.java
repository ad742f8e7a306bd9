package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.guidance.PolicyTable.Entry;
import org.lodestar.engine.parameter.Term;

/// Searches the per-step guidance of a [PolicyTable]: the least loss within a budget of network evaluations, without gradients.
///
/// A weight of 1 (plain prompt) or 0 (no prompt) costs one evaluation, any other two; given a [LinearFit], a step may also take full guidance with the second branch estimated, for one. Runs share their first steps, so the states after each step are kept under
/// what led there and continued from.
///
/// @param <S> the state of a run between two steps, immutable
public final class PolicySearch<S> {

    /// Runs to try policies on.
    public interface Walk<S> {
        /// Number of steps.
        int steps();

        /// The state before the first step.
        S start();

        /// The state after step `index` under `entry`.
        S step(S state, int index, PolicyTable.Entry entry);

        /// How far the end is from what full guidance gives; less is better.
        double loss(S end);
    }

    /// A policy with its loss.
    ///
    /// @param table one entry per step
    /// @param loss  of [Walk#loss]
    public record Found(PolicyTable table, double loss) {

        /// The weight of every step.
        public List<Double> weights() {
            return table.entries().stream().map(Entry::weight).toList();
        }

        /// Network evaluations of the whole run.
        public int nfe() {
            return table.entries().stream().mapToInt(Entry::cost).sum();
        }

        /// The policy as a term to run.
        public Term term() {
            return table.term();
        }
    }

    /// States kept for continuing.
    private static final int KEPT = 1024;

    private final Walk<S> walk;
    private final Entry guided;
    private final List<Entry> asked;
    private final List<Entry> all;
    private final @Nullable LinearFit fit;
    private final Map<List<Entry>, S> prefixes = new LinkedHashMap<>(16, 0.75f, true);
    private long steps;

    /// @param walk    the runs
    /// @param guided  the weight of full guidance
    /// @param options other weights that a step may take; 1 is always among them
    /// @param fit     what steps may estimate with; null for none
    public PolicySearch(Walk<S> walk, double guided, List<Double> options, @Nullable LinearFit fit) {
        this.walk = walk;
        this.guided = Entry.asked(guided);
        this.asked = Stream.concat(Stream.of(guided, 1.0), options.stream()).distinct().map(Entry::asked).toList();
        this.all = fit == null ? asked : Stream.concat(asked.stream(), Stream.of(new Entry(guided, true))).toList();
        this.fit = fit;
    }

    /// Steps walked so far; without sharing it would be the number of policies tried times the number of steps.
    public long stepsWalked() {
        return steps;
    }

    /// The policy with the given weights, all asked.
    public Found trial(List<Double> weights) {
        return found(weights.stream().map(Entry::asked).toList());
    }

    private Found found(List<Entry> entries) {
        return new Found(new PolicyTable(entries, fit), walk.loss(stateAfter(entries)));
    }

    /// Full guidance first, the plain prompt after, within `cap` evaluations: the baseline to beat.
    public Found stepAg(int cap) {
        int n = walk.steps();
        int first = Math.clamp((long) cap - n, 0, n);
        return found(IntStream.range(0, n).mapToObj(i -> i < first ? guided : Entry.asked(1)).toList());
    }

    /// Starts from full guidance and makes one step cheaper at a time, the one that costs the least loss, until `cap` is met; then changes single steps as long as that
    /// helps within the cap. With a fit it descends once more with the estimates among the choices, and takes the better.
    public Found descend(int cap) {
        Found found = descend(cap, asked);
        return fit == null ? found : Stream.of(found, descend(cap, all)).min(LEAST_LOSS).orElseThrow();
    }

    private Found descend(int cap, List<Entry> options) {
        Found now = found(Collections.nCopies(walk.steps(), guided));
        while (now.nfe() > cap) {
            int before = now.nfe();
            now = neighbours(now, options).filter(found -> found.nfe() < before).min(LEAST_LOSS).orElseThrow(() -> impossible(cap));
        }
        while (true) {
            Found best = neighbours(now, options).filter(found -> found.nfe() <= cap).min(LEAST_LOSS).orElse(now);
            if (best.loss >= now.loss) {
                return now;
            }
            now = best;
        }
    }

    /// A (mu+lambda) evolution from [#stepAg] and [#descend]: never worse than either. With a fit it goes on from what it finds without, and is never worse than that.
    ///
    /// @param generations number of rounds
    /// @param population  survivors and children per round
    /// @param seed        of the mutations
    public Found evolve(int cap, int generations, int population, long seed) {
        Found found = evolve(List.of(stepAg(cap), descend(cap, asked)), asked, cap, generations, population, seed);
        return fit == null ? found : evolve(List.of(found, descend(cap, all)), all, cap, generations, population, seed);
    }

    private Found evolve(List<Found> first, List<Entry> options, int cap, int generations, int population, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Found> alive = first;
        for (int generation = 0; generation < generations; generation++) {
            List<Found> tried = new ArrayList<>(alive);
            for (int child = 0; child < population; child++) {
                List<Entry> entries = mutated(alive.get(random.nextInt(alive.size())).table.entries(), options, random);
                if (entries.stream().mapToInt(Entry::cost).sum() <= cap && isPossible(entries)) {
                    tried.add(found(entries));
                }
            }
            alive = tried.stream().distinct().sorted(LEAST_LOSS).limit(population).toList();
        }
        return alive.stream().min(LEAST_LOSS).orElseThrow();
    }

    private static final Comparator<Found> LEAST_LOSS = Comparator.comparingDouble(Found::loss);

    private boolean isPossible(List<Entry> entries) {
        return fit == null || PolicyTable.canEstimate(entries, fit);
    }

    private IllegalArgumentException impossible(int cap) {
        return new IllegalArgumentException(walk.steps() + " steps cannot be done with " + cap + " evaluations");
    }

    private Stream<Found> neighbours(Found from, List<Entry> options) {
        List<Entry> entries = from.table.entries();
        return IntStream.range(0, entries.size())
                .boxed()
                .flatMap(i -> options.stream().filter(option -> !option.equals(entries.get(i))).map(option -> {
                    List<Entry> changed = new ArrayList<>(entries);
                    changed.set(i, option);
                    return changed;
                }))
                .filter(this::isPossible)
                .map(this::found);
    }

    /// Each step takes another choice with probability 1/N; half of the children also swap two steps, which keeps the cost.
    private static List<Entry> mutated(List<Entry> entries, List<Entry> options, SplittableRandom random) {
        List<Entry> out = new ArrayList<>(entries);
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

    private S stateAfter(List<Entry> entries) {
        int known = entries.size();
        S state = null;
        while (known > 0 && state == null) {
            state = prefixes.get(entries.subList(0, known));
            if (state == null) {
                known--;
            }
        }
        if (state == null) {
            state = walk.start();
        }
        for (int i = known; i < entries.size(); i++) {
            state = walk.step(state, i, entries.get(i));
            steps++;
            keep(List.copyOf(entries.subList(0, i + 1)), state);
        }
        return state;
    }

    private void keep(List<Entry> entries, S state) {
        prefixes.put(entries, state);
        if (prefixes.size() > KEPT) {
            prefixes.remove(prefixes.keySet().iterator().next());
        }
    }
}

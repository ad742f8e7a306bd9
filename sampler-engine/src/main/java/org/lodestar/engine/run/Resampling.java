package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.lodestar.engine.guidance.Particles;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.sampler.Step;

/// Weighs the samples of a lane as particles after a step and, where the policy asks for it, replaces light ones by copies of heavy ones. A copy takes over all that its parent remembers but
/// keeps the random numbers of its own place, so that copies part again.
final class Resampling {
    private Resampling() {}

    /// The samples as the stack's particle policy leaves them; as they are where it has none.
    ///
    /// @param seed of the lane: decides the draw together with the step
    static List<Advanced> settle(PolicyStack stack, Step step, long seed, List<Advanced> samples) {
        return stack.particles().map(particles -> apply(particles, step, seed, samples)).orElse(samples);
    }

    private static List<Advanced> apply(Particles particles, Step step, long seed, List<Advanced> samples) {
        List<Double> logWeights = samples.stream().map(sample -> logWeight(particles, step, sample)).toList();
        List<Double> weights = particles.weights(logWeights);
        double effective = Particles.effectiveSize(weights);
        boolean resample = particles.resamples(weights, step.isLast());
        List<Integer> parents = Particles.systematic(weights, new SplittableRandom(seed * 31 + step.index()).nextDouble());
        String size = String.format(Locale.ROOT, "effective particles %.1f of %d", effective, samples.size());
        List<Advanced> settled = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            Advanced own = samples.get(i);
            Advanced heir = resample ? samples.get(parents.get(i)) : own;
            String note = resample && parents.get(i) != i ? size + ", replaced by picture " + (parents.get(i) + 1) : size;
            settled.add(new Advanced(
                    noted(own.record(), note), new Moment(heir.moment().sampler(), heir.moment().policy(), resample ? 0 : logWeights.get(i))));
        }
        return settled;
    }

    private static double logWeight(Particles particles, Step step, Advanced sample) {
        Prediction cond = sample.record().cond();
        boolean guided = sample.record().telemetry().getFirst().guided();
        double gain = cond == null || !guided ? 0 : particles.gain(step.here(), step.next(), cond, sample.record().reference());
        return sample.moment().logWeight() + gain;
    }

    private static StepRecord noted(StepRecord record, String note) {
        List<Telemetry> telemetry = new ArrayList<>(record.telemetry());
        telemetry.set(0, telemetry.getFirst().noting(note));
        return new StepRecord(
                record.step(),
                record.level(),
                record.before(),
                record.after(),
                record.guided(),
                record.cond(),
                record.reference(),
                telemetry,
                record.nfe(),
                record.nfeFull(),
                record.networkNanos(),
                record.otherNanos());
    }
}

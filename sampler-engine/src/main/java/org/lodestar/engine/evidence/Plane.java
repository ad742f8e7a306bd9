package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.analytic.MixtureDenoiser;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.Particles;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.Moment;
import org.lodestar.engine.run.Stepper;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.schedule.VeSchedule;

/// Points of two-dimensional distributions that are known exactly, drawn with the engine's own samplers and policies: what guidance does where the truth can be written down.
///
/// @param branches distribution by branch: "cond", "uncond", and what else the policies ask
/// @param sampler  text form
/// @param steps    from `sigma = 20` to nothing
/// @param adviser  who looks at the points
/// @param prompt   what "cond" stands for, in words
record Plane(Map<String, Mixture> branches, String sampler, int steps, Adviser adviser, String prompt) {
    private static final double MOST_NOISE = 20;
    private static final double LEAST_NOISE = 0.01;
    private static final String NOISE = "nv";

    /// A plane that nobody looks at.
    Plane(Map<String, Mixture> branches, String sampler, int steps) {
        this(branches, sampler, steps, Adviser.NONE, "");
    }

    Plane {
        branches = Map.copyOf(branches);
    }

    /// @param weight its share among all that were drawn, summing to 1
    record Sample(double x, double y, double weight) {}

    /// Draws `groups` batches of `size` points; the points of a batch are one policy's particles, if it has any.
    List<Sample> draw(String policy, int groups, int size, long seed) {
        PolicyStack stack = Catalog.policy(Term.parseStack(policy));
        NoiseSource noise = Catalog.noise(NOISE);
        StepGrid grid = Catalog.spacing(Term.of("karras")).grid(new VeSchedule(LEAST_NOISE, MOST_NOISE), steps);
        List<Sample> samples = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            long first = seed + (long) group * size;
            List<Stepper.Subject> subjects =
                    IntStream.range(0, size).mapToObj(i -> new Stepper.Subject(new Named(new Wording(prompt, "", adviser.labels())), first + i, noise.initial(first + i, 2, 1, 1))).toList();
            Stepper stepper = new Stepper(
                    subjects, new MixtureDenoiser(branches), adviser, Parameterization.EPS, 1, Catalog.sampler(Term.parse(sampler)), grid, noise, new CancelToken());
            List<Moment> end = stepper.run(stepper.start(stack), stack);
            List<Double> weights = Particles.normalise(end.stream().map(Moment::logWeight).toList(), 0);
            for (int i = 0; i < size; i++) {
                Latents x = end.get(i).sampler().x();
                samples.add(new Sample(x.at(0), x.at(1), weights.get(i) / groups));
            }
        }
        return samples;
    }

    /// Branches that are found by their names alone.
    private record Named(Wording wording) implements Branches {
        @Override
        public Branch cond() {
            return named("cond");
        }

        @Override
        public Branch base() {
            return named("uncond");
        }

        @Override
        public Branch empty() {
            return named("uncond");
        }

        @Override
        public boolean hasNegative() {
            return false;
        }

        @Override
        public Branch prompt(String text) {
            return named(text);
        }

        private static Branch named(String name) {
            return Branch.main(name, new Conditioning(name, Map.of()));
        }
    }
}

package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Crop;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.testing.Oracles;
import org.lodestar.engine.testing.ToyModel;

/// SWG on nets whose sight is known: one that sees single cells, and one that sees two cells far.
class SlidingWindowTest {

    /// What a net answers to `x` under a branch, with what it was asked.
    private record Net(UnaryOperator<Latents> denoise, List<Query> asked) {
        Net(UnaryOperator<Latents> denoise) {
            this(denoise, new ArrayList<>());
        }

        Latents guided(Toy toy, String policy, int unit) {
            PolicyStack stack = Toy.stack(policy);
            StepContext at = toy.context(3);
            StepContext context = new StepContext(at.step(), 0, at.grid(), at.level(), at.x(), at.parameterization(), at.branches(), unit, at.noise());
            Evaluation<GuidanceOutcome> open = stack.evaluate(context, stack.begin());
            while (open instanceof Evaluation.Ask<GuidanceOutcome>(List<Query> queries, var then)) {
                asked.addAll(queries);
                open = then.apply(queries.stream().map(query -> Parameterization.X0.toPrediction(answer(query), query.x(), query.level())).toList());
            }
            return ((Evaluation.Done<GuidanceOutcome>) open).value().guided().denoised();
        }

        private Latents answer(Query query) {
            double gain = query.branch().name().equals("cond") ? 0.7 : 0.4;
            return LatentOps.map(denoise.apply(query.x()), value -> gain * value + gain);
        }
    }

    /// The mean of the 3x3 cells around each, zeros beyond the border, as a convolution has it.
    private static Latents blurred(Latents x) {
        float[] out = new float[x.size()];
        for (int c = 0; c < x.channels(); c++) {
            for (int i = 0; i < x.height(); i++) {
                for (int j = 0; j < x.width(); j++) {
                    double sum = 0;
                    for (int y = Math.max(0, i - 1); y <= Math.min(x.height() - 1, i + 1); y++) {
                        for (int z = Math.max(0, j - 1); z <= Math.min(x.width() - 1, j + 1); z++) {
                            sum += x.at(c, y, z) / 9;
                        }
                    }
                    out[(c * x.height() + i) * x.width() + j] = (float) sum;
                }
            }
        }
        return x.likeAdopting(out);
    }

    private static Latents twoCellsFar(Latents x) {
        return blurred(blurred(x));
    }

    @Test
    void aNetThatSeesSingleCellsIsNotGuidedAtAll() {
        for (int[] size : new int[][] {{4, 16, 16}, {3, 7, 13}, {1, 2, 9}, {1, 1, 1}}) {
            Toy toy = Toy.on(Toy.vp(8)).sized(size[0], size[1], size[2]);
            for (String policy : List.of("cfg(w=4)", "none", "apg(w=4)")) {
                for (String sliding : List.of("sliding(s=5)", "sliding(s=5,share=0.3,overlap=0.7)", "sliding(s=5,where=overlaps)")) {
                    Net net = new Net(UnaryOperator.identity());
                    String stack = policy.equals("none") ? sliding + " + cfg(w=1)" : sliding + " + " + policy;
                    assertThat(net.guided(toy, stack, 1)).as(stack + " on " + toy.start.shape()).isEqualTo(new Net(UnaryOperator.identity()).guided(toy, policy, 1));
                }
            }
        }
    }

    /// Guidance acts within sight of the borders between parts and nowhere else.
    @Test
    void aNetThatSeesTwoCellsFarIsGuidedThatNearToTheBordersOfParts() {
        Toy toy = Toy.on(Toy.vp(8)).sized(2, 17, 23);
        List<Crop> parts = Crop.covering(toy.start, 0.625, 0.4, 1);
        Latents change = LatentOps.subtract(new Net(SlidingWindowTest::twoCellsFar).guided(toy, "sliding(s=1) + cfg(w=4)", 1), new Net(SlidingWindowTest::twoCellsFar).guided(toy, "cfg(w=4)", 1));
        int near = 0;
        for (int y = 0; y < 17; y++) {
            for (int x = 0; x < 23; x++) {
                boolean inSight = false;
                for (Crop part : parts) {
                    inSight |= near(y, part.top(), part.height(), 17) && holds(x, part.left(), part.width()) && holds(y, part.top(), part.height());
                    inSight |= near(x, part.left(), part.width(), 23) && holds(x, part.left(), part.width()) && holds(y, part.top(), part.height());
                }
                assertThat(Math.abs(change.at(1, y, x)) > 1e-6).as("cell " + y + "," + x).isEqualTo(inSight);
                near += inSight ? 1 : 0;
            }
        }
        assertThat(near).isBetween(1, 17 * 23 - 1);
    }

    private static boolean holds(int cell, int start, int length) {
        return cell >= start && cell < start + length;
    }

    /// Whether a cut through the picture is within two cells.
    private static boolean near(int cell, int start, int length, int side) {
        return (start > 0 && cell - start < 2) || (start + length < side && start + length - cell <= 2);
    }

    @Test
    void pushesFromTheMeanOfThePartsAndStacksWithCfg() {
        Toy toy = Toy.on(Toy.vp(8)).sized(2, 16, 16);
        List<Crop> parts = Crop.covering(toy.start, 0.625, 0.4, 1);
        Latents whole = cond(toy.start);
        Latents joined = Crop.mean(whole, parts, parts.stream().map(part -> cond(part.of(toy.start))).toList());
        Latents cfg = new Net(SlidingWindowTest::twoCellsFar).guided(toy, "cfg(w=4)", 1);
        Latents expected = LatentOps.addScaledDifference(cfg, 0.2, whole, joined);
        Net net = new Net(SlidingWindowTest::twoCellsFar);
        assertThat(net.guided(toy, "sliding + cfg(w=4)", 1)).isEqualTo(expected);
        assertThat(net.asked().stream().map(query -> query.branch().name())).containsExactly("cond", "uncond", "cond", "cond", "cond", "cond");
        assertThat(net.asked().stream().skip(2).map(query -> query.x().shape())).containsOnly("2x10x10");

        Latents overlaps = LatentOps.subtract(new Net(SlidingWindowTest::twoCellsFar).guided(toy, "sliding(where=overlaps) + cfg(w=4)", 1), cfg);
        int[] counts = Crop.counts(whole, parts);
        for (int i = 0; i < overlaps.size(); i++) {
            double wanted = counts[i % counts.length] > 1 ? 0.2 * (whole.at(i) - joined.at(i)) : 0;
            assertThat((double) overlaps.at(i)).isEqualTo(wanted, within(1e-5));
        }
    }

    private static Latents cond(Latents x) {
        return LatentOps.map(twoCellsFar(x), value -> 0.7 * value + 0.7);
    }

    @Test
    void partsAreMultiplesOfTheNetsUnit() {
        Toy toy = Toy.on(Toy.vp(8)).sized(2, 24, 16);
        Net net = new Net(SlidingWindowTest::twoCellsFar);
        net.guided(toy, "sliding + cfg(w=4)", 8);
        assertThat(net.asked().stream().skip(2).map(query -> query.x().shape())).containsOnly("2x16x8").hasSize(4);
    }

    @Test
    void remembersNothingFromStepToStep() {
        Toy toy = Toy.on(Toy.vp(8));
        assertThat(toy.euler("sliding + cfg(w=4)").nfe()).containsOnly(6);
        assertThat(toy.euler("window(to=0.5) + sliding + cfg(w=4)").nfe()).containsExactly(6, 6, 6, 6, 1, 1, 1, 1);
        assertThat(toy.euler("sliding + cfg(w=4)").outcomes().getFirst().next()).isEqualTo(toy.euler("sliding + cfg(w=4)").outcomes().getLast().next());
    }

    @Test
    void aModelThatTakesWholePicturesOnlyIsRefusedByName() {
        ModelInfo.Abilities whole = new ModelInfo.Abilities(Set.of(Branch.Net.MAIN), Set.of(), List.of(), false);
        assertThat(RunCheck.missing(Term.parseStack("sliding + cfg(w=4)"), whole)).singleElement().satisfies(problem -> {
            assertThat(problem.where()).isEqualTo("sliding");
            assertThat(problem.expected()).contains("pictures of any size");
        });
        assertThat(RunCheck.missing(Term.parseStack("sliding(s=0) + cfg(w=4)"), whole)).isEmpty();
        assertThat(RunCheck.missing(Term.parseStack("sliding + cfg(w=4)"), ModelInfo.Abilities.PLAIN)).isEmpty();
    }

    @Test
    void aPictureWithoutPartsIsRefusedByName() {
        assertThatThrownBy(() -> RunCheck.require(request(8, 8), new ToyModel(Oracles.vp())))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("sliding: expected a picture of at least 16 pixels along a side");
        RunCheck.require(request(16, 8), new ToyModel(Oracles.vp()));
    }

    private static RunRequest request(int width, int height) {
        RunSpec spec = new RunSpec(
                "toy", "a fox", "", width, height, 7, 1, 10, Term.of("ddim"), Term.of("trailing"), Term.parseStack("sliding + cfg(w=3)"), "torch", List.of());
        return new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE);
    }
}

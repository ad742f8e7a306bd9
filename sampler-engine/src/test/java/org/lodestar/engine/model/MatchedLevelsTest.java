package org.lodestar.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.FlowSchedule;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.VeSchedule;
import org.lodestar.engine.schedule.VpSchedule;

/// A perfect net answers the same wherever its own noise schedule has the level in question.
class MatchedLevelsTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final Latents X = Latents.zeros(2, 3, 3).like(i -> 0.3 * i - 2);
    private static final double MEAN = 0.4;
    private static final double SPREAD = 0.7;
    private static final NoiseSchedule OURS = vp(0.9985, 0.9999);
    private static final NoiseSchedule OTHERS = vp(0.995, 0.9995);

    /// Betas that fall evenly from the last to the first, 2000 of them.
    private static NoiseSchedule vp(double last, double first) {
        List<Double> bars = new ArrayList<>();
        double bar = 1;
        for (int t = 0; t < 2000; t++) {
            bar *= first + (last - first) * t / 1999;
            bars.add(bar);
        }
        return VpSchedule.of(bars);
    }

    /// What a perfect net says of data `N(MEAN, SPREAD^2)`: `D = m + alpha*s^2/(alpha^2*s^2 + sigma^2) * (x - alpha*m)`.
    private static Prediction perfect(Latents x, NoiseLevel level) {
        double a = level.alpha();
        double s = level.sigma();
        double pull = a * SPREAD * SPREAD / (a * a * SPREAD * SPREAD + s * s);
        Latents denoised = x.like(i -> MEAN + pull * (x.at(i) - a * MEAN));
        return new Prediction(denoised, x.like(i -> (x.at(i) - a * denoised.at(i)) / s));
    }

    private static final class Perfect implements Denoiser {
        private final List<Query> asked = new ArrayList<>();

        @Override
        public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
            asked.addAll(queries);
            return queries.stream().map(query -> perfect(query.x(), query.level())).toList();
        }
    }

    private static Query query(Branch.Net net, NoiseLevel level) {
        return new Query(new Branch("weak", new Conditioning("", Map.of()), net), X, level);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theEstimateDoesNotDependOnTheNetsOwnSchedule(int which) {
        NoiseSchedule theirs = List.of(OTHERS, FlowSchedule.shifted(3), new VeSchedule(0.002, 80)).get(which);
        for (double time : new double[] {300, 800, 1300.5}) {
            Perfect net = new Perfect();
            Query query = query(Branch.Net.WEAK, OURS.at(time));
            Prediction answer = new MatchedLevels(net, Map.of(Branch.Net.WEAK, theirs)).predict(List.of(query), NEVER).getFirst();
            Prediction wanted = perfect(X, query.level());
            for (int i = 0; i < X.size(); i++) {
                assertThat((double) answer.denoised().at(i)).isEqualTo(wanted.denoised().at(i), within(2e-5));
                double again = query.level().alpha() * answer.denoised().at(i) + query.level().sigma() * answer.noise().at(i);
                assertThat(again).as("x is what both ends make of it").isEqualTo(X.at(i), within(2e-6));
            }
            NoiseLevel asked = net.asked.getFirst().level();
            assertThat(asked.modelTime()).as("matched by noise, not by time").isNotCloseTo(time, within(1.0));
            assertThat(asked.karrasSigma()).isEqualTo(query.level().karrasSigma(), within(1e-9 * query.level().karrasSigma()));
        }
    }

    @Test
    void netsWithoutAScheduleOfTheirOwnAreAskedAsTheyAre() {
        Perfect net = new Perfect();
        List<Query> queries = List.of(query(Branch.Net.MAIN, OURS.at(500)), query(Branch.Net.WEAK, OURS.at(500)));
        List<Prediction> answers = new MatchedLevels(net, Map.of(Branch.Net.WEAK, OTHERS)).predict(queries, NEVER);
        assertThat(net.asked.getFirst()).isSameAs(queries.getFirst());
        assertThat(answers.getFirst()).isEqualTo(perfect(X, OURS.at(500)));
    }

    @Test
    void levelsThatANetWasNotTaughtAreAskedAtItsNearest() {
        Perfect net = new Perfect();
        NoiseLevel pure = new NoiseLevel(999, 0, 1);
        NoiseLevel faint = new NoiseLevel(1, 1, 1e-6);
        List<Prediction> answers = new MatchedLevels(net, Map.of(Branch.Net.WEAK, OTHERS)).predict(List.of(query(Branch.Net.WEAK, pure), query(Branch.Net.WEAK, faint)), NEVER);
        assertThat(net.asked).extracting(query -> query.level().modelTime()).containsExactly(OTHERS.maxTime(), OTHERS.minTime());
        IntStream.range(0, X.size()).forEach(i -> {
            assertThat((double) answers.getFirst().noise().at(i)).as("pure noise is noise").isEqualTo(X.at(i), within(1e-6));
            assertThat((double) net.asked.getLast().x().at(i)).isEqualTo(X.at(i), within(1e-5));
        });
    }
}

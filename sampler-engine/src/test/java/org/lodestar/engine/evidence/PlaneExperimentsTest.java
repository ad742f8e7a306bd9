package org.lodestar.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.evidence.Finding.Verdict;

/// The experiments that need no model, where the truth is known.
class PlaneExperimentsTest {

    @Test
    void unguidedPointsFollowTheirDistribution() {
        Plane plane = new Plane(Map.of("cond", Mixture.gaussian(List.of(1.0, -0.5), 0.5), "uncond", Mixture.gaussian(List.of(0.0, 0.0), 1)), "dpmpp_2m_sde", 60);

        List<Plane.Sample> samples = plane.draw("cfg(w=1)", 2, 400, 1);

        assertThat(samples).hasSize(800);
        assertThat(samples.stream().mapToDouble(Plane.Sample::weight).sum()).isCloseTo(1, within(1e-9));
        double mean = samples.stream().mapToDouble(s -> s.weight() * s.x()).sum();
        assertThat(mean).isCloseTo(1, within(4 * 0.5 / Math.sqrt(800)));
        assertThat(Math.sqrt(samples.stream().mapToDouble(s -> s.weight() * (s.x() - mean) * (s.x() - mean)).sum())).isCloseTo(0.5, within(0.03));
    }

    @Test
    void particlesComeNearerToWhatGuidanceMeans() {
        Finding finding = new ParticleAccuracy(1024, 3, List.of(1, 64)).run();

        List<? extends List<?>> repeats = finding.tables().getLast().rows();
        assertThat(mean(repeats, 64)).as("mean divergence with 64 particles against one").isLessThan(0.75 * mean(repeats, 1));
    }

    private static double mean(List<? extends List<?>> repeats, int particles) {
        return repeats.stream().filter(row -> row.get(0).equals(particles)).mapToDouble(row -> (Double) row.get(2)).average().orElseThrow();
    }

    @Test
    void aWeakGuideRemovesOutliersAndKeepsTheWholeClass() {
        Finding finding = new WeakGuide(800, 1).run();

        assertThat(finding.verdict()).isEqualTo(Verdict.SHOWN);
        assertThat(finding.figures()).hasSize(3);
        assertThat(finding.tables().getFirst().rows()).hasSize(7);
    }

    @Test
    void aWatchingClassifierRaisesTheAccuracyAndTheVerdictFollowsTheNumbers() {
        Finding finding = new WatchedClass(500, 1).run();

        List<? extends List<?>> rows = finding.tables().getFirst().rows();
        assertThat(rows).hasSize(11);
        assertThat(number(rows.getLast(), 2)).as("accuracy at the greatest strength").isGreaterThan(number(rows.getFirst(), 2) + 0.05);
        assertThat(number(rows.getLast(), 3)).as("variety at the greatest strength").isLessThan(number(rows.getFirst(), 3));
        long matched = rows.subList(1, 5).stream()
                .filter(cfg -> rows.subList(5, 11).stream().anyMatch(gfcg -> number(gfcg, 2) >= number(cfg, 2) && number(gfcg, 3) > number(cfg, 3)))
                .count();
        assertThat(finding.verdict()).isEqualTo(matched == 4 ? Verdict.SHOWN : Verdict.PARTLY);
        assertThat(finding.figures()).hasSize(4);
    }

    private static double number(List<?> row, int column) {
        return Double.parseDouble(row.get(column).toString().split(" ", -1)[0]);
    }
}

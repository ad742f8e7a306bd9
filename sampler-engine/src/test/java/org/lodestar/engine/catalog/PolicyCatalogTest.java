package org.lodestar.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Slot;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;
import org.lodestar.engine.parameter.Term;

class PolicyCatalogTest {

    static Stream<PolicyType> everyPolicy() {
        return Catalog.policies().stream();
    }

    @ParameterizedTest
    @MethodSource("everyPolicy")
    void everyPolicyIsDescribedForPeople(PolicyType type) {
        Descriptor descriptor = type.descriptor();
        assertThat(descriptor.id()).matches("[a-z][a-z0-9_]*");
        assertThat(descriptor.summary()).endsWith(".").hasSizeBetween(40, 220);
        assertThat(descriptor.formula()).isNotBlank();
        assertThat(type.cost()).isNotBlank();
        assertThat(type.slots()).isNotEmpty();
        for (ParameterSpec spec : descriptor.parameters()) {
            assertThat(spec.name()).matches("[a-z][a-z0-9_]*");
            assertThat(spec.label()).as(spec.name()).hasSizeBetween(2, 24);
            assertThat(spec.help()).as(spec.name()).endsWith(".").hasSizeBetween(30, 220);
            if (spec instanceof ParameterSpec.Real number) {
                assertThat(number.preset()).isBetween(number.min(), number.max());
                assertThat(number.softMax()).isGreaterThan(number.min()).isLessThanOrEqualTo(number.max());
            }
            if (spec instanceof ParameterSpec.Choice choice) {
                assertThat(choice.options()).contains(choice.preset());
            }
        }
        assertThat(type.create().apply(Parameters.fallbacks(descriptor.parameters())).slots()).isEqualTo(type.slots());
    }

    @Test
    void idsAreUnique() {
        assertThat(Catalog.policies().stream().map(type -> type.descriptor().id())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("everyPolicy")
    void theResolvedTextFormReadsBackAsItself(PolicyType type) {
        List<Term> resolved = Catalog.resolvePolicy(List.of(Term.of(type.descriptor().id())));
        assertThat(Term.parseStack(Term.text(resolved))).isEqualTo(resolved);
        assertThat(Catalog.resolvePolicy(resolved)).isEqualTo(resolved);
        assertThat(resolved.getFirst().parameters()).hasSize(type.descriptor().parameters().size());
    }

    @Test
    void aStackWithoutStrengthIsCompletedWithCfg() {
        assertThat(Term.text(Catalog.resolvePolicy(Term.parseStack("interval(lo=0.2,hi=5)")))).isEqualTo("interval(lo=0.2,hi=5) + cfg(w=7.5)");
        assertThat(Term.text(Catalog.resolvePolicy(List.of()))).isEqualTo("cfg(w=7.5)");
        assertThat(Term.text(Catalog.resolvePolicy(Term.parseStack("apg(w=4)")))).isEqualTo("apg(w=4,eta=0,r=2.5,beta=-0.75,cap=absolute)");
    }

    @Test
    void allProblemsAreReportedTogether() {
        List<Problem> problems = problemsOf("cgf(w=3) + apg(w=-1,nu=2) + cfgpp + cfg + interval(lo=5,hi=1)");
        assertThat(problems).extracting(Problem::where).containsExactly("policy", "apg(w)", "apg", "interval", "policy");
        assertThat(problems.getFirst().sentence()).contains("cgf").contains("cfg").contains("spelling");
        assertThat(problems.getLast().sentence()).contains("sets the strength").contains("apg and cfgpp and cfg");
    }

    @Test
    void noGuidanceStandsAlone() {
        assertThat(problemsOf("none + rescale")).singleElement().extracting(Problem::sentence).asString().contains("none to stand alone");
        assertThat(Catalog.policy(List.of(Term.of("none")))).isNotNull();
    }

    @Test
    void severalPartsMayDecideTogetherWhenToGuide() {
        assertThat(Catalog.policy(Term.parseStack("interval(hi=5) + ag + cfg(w=4) + rescale"))).isNotNull();
        assertThat(Slot.WHEN.takesOne()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cfg(w=abc)", "cfg(w=NaN)", "cfg(w=101)", "ag(space=pixels)", "apg(r=-1)", "nothing"})
    void wrongValuesAreRefusedWithARemedy(String policy) {
        assertThat(problemsOf(policy)).singleElement().satisfies(problem -> {
            assertThat(problem.expected()).isNotBlank();
            assertThat(problem.remedy()).isNotBlank();
        });
    }

    private static List<Problem> problemsOf(String policy) {
        List<Problem> problems = new java.util.ArrayList<>();
        assertThatThrownBy(() -> Catalog.policy(Term.parseStack(policy)))
                .isInstanceOfSatisfying(EngineException.InvalidInput.class, e -> problems.addAll(e.problems()));
        return problems;
    }
}

package org.lodestar.studio.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.calibration.Calibration;
import org.lodestar.engine.calibration.CalibrationStore;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.schedule.SpacingType;
import org.lodestar.studio.control.ValueSlider;
import org.lodestar.studio.session.FakeEngine;
import org.lodestar.studio.session.Instruments;

class GuidanceViewModelTest {
    @TempDir
    Path folder;

    private final GuidanceViewModel stack = new GuidanceViewModel(Catalog.policies(), Optional::empty);

    private static PolicyType policy(String id) {
        return Catalog.policyType(id);
    }

    @Test
    void measuredNumbersAreFilledInOrMissedBySentence() {
        RunSpec run = new RunSpec("starter", "a", "", 128, 128, 1, 1, 20, Term.of("ddim"), Term.of("trailing"), List.of(), "torch", List.of());
        CalibrationStore store = new CalibrationStore(folder);
        GuidanceViewModel measured = new GuidanceViewModel(Catalog.policies(), Optional::empty);
        measured.setFilling(Instruments.catalog(store).filling(() -> run, () -> Optional.of(FakeEngine.MODEL)));
        measured.show(Term.parseStack("ag(threshold=0.5) + cfg(w=5)"));
        TermViewModel ag = measured.cards().getFirst();
        assertThat(measured.fillMeasured(ag)).contains("none for this model").contains("lodestar calibrate --kind ag");
        assertThat(ag.parameter("threshold").valueProperty().get()).isEqualTo(0.5);

        store.keep(new Calibration(RunCheck.key(run, measured.stack(), FakeEngine.MODEL), "tried", Term.parse("ag(threshold=0.97,space=x0)")));
        assertThat(measured.fillMeasured(ag)).isEmpty();
        assertThat(ag.parameter("threshold").valueProperty().get()).isEqualTo(0.97);

        measured.cards().get(1).parameter("w").set(7.0);
        assertThat(measured.fillMeasured(ag)).as("measured at another strength").contains("w 5");
        assertThat(GuidanceViewModel.canBeMeasured(measured.cards().get(1))).isFalse();
    }

    @Test
    void aNewCardStartsFromWhatSuitsTheModel() {
        GuidanceViewModel suited = new GuidanceViewModel(Catalog.policies(), () -> Optional.of(suiting("apg(w=6,r=4)", "rescale(phi=7)")));
        suited.add(policy("apg"));
        assertThat(suited.stack().getFirst().text()).startsWith("apg(w=6,eta=0,r=4,");
        assertThat(suited.objection(policy("mahiro"))).isEmpty();
        assertThat(suited.objection(policy("rescale"))).contains("do not fit").contains("phi");

        suited.show(Term.parseStack("cfg(w=9)"));
        suited.replace(suited.cards().getFirst(), policy("apg"));
        assertThat(suited.stack().getFirst().text()).as("the strength stays what it was").startsWith("apg(w=9,eta=0,r=4,");
    }

    private static ModelInfo suiting(String... policies) {
        ModelInfo plain = FakeEngine.MODEL;
        ModelInfo.Defaults defaults = plain.defaults();
        return new ModelInfo(
                plain.name(), plain.folder(), plain.family(), plain.contentHash(), plain.device(), plain.callLayout(), plain.sizes(),
                new ModelInfo.Defaults(defaults.size(), defaults.steps(), defaults.sampler(), defaults.spacing(), defaults.policy(), Stream.of(policies).map(Term::parse).toList()),
                plain.abilities(), plain.calibrations(), plain.notes(), plain.lent());
    }

    @Test
    void theTextFormIsShownAsCardsAndReadBack() {
        List<Term> terms = Term.parseStack("interval(lo=0.2,hi=5) + apg(w=10,eta=0)");
        stack.show(terms);
        assertThat(stack.cards()).hasSize(2);
        assertThat(stack.stack().get(1).parameters()).containsEntry("w", "10").containsEntry("eta", "0");
    }

    @Test
    void aMovedSliderChangesTheStack() {
        stack.show(Term.parseStack("cfg(w=5)"));
        stack.cards().getFirst().parameter("w").set(7.5);
        assertThat(Term.text(stack.stack())).isEqualTo("cfg(w=7.5)");
    }

    @Test
    void aRemovedCardNoLongerChangesTheStack() {
        stack.show(Term.parseStack("ag + cfg(w=5)"));
        TermViewModel gone = stack.cards().getFirst();
        stack.remove(gone);
        gone.parameter("threshold").set(0.5);
        assertThat(Term.text(stack.stack())).isEqualTo("cfg(w=5)");
    }

    @Test
    void aPolicyThatWouldFillATakenSlotIsRefusedWithTheReason() {
        stack.show(Term.parseStack("cfg(w=5)"));
        assertThat(stack.objection(policy("apg"))).contains("CFG").contains("strength");
        assertThat(stack.objection(policy("interval"))).isEmpty();
        assertThat(stack.objection(policy("apg"), stack.cards().getFirst())).as("in its place").isEmpty();
        assertThat(stack.objection(policy("cfg"))).contains("already");
    }

    @Test
    void aPolicyThatTheModelCannotRunIsRefusedWithWhatItNeeds() {
        assertThat(stack.objection(policy("gfcg"))).as("no model yet").isEmpty();
        GuidanceViewModel plain = new GuidanceViewModel(Catalog.policies(), () -> Optional.of(FakeEngine.MODEL));
        assertThat(plain.objection(policy("gfcg"))).isEqualTo("Needs a model with a classifier");
        assertThat(plain.objection(policy("elucd"))).isEqualTo("Needs a model with a gradient of a classifier");
        assertThat(plain.objection(policy("autoguidance"))).startsWith("Needs a model with a weak");
        assertThat(plain.objection(policy("cfg"))).isEmpty();
    }

    @Test
    void aReplacedPolicyKeepsTheParametersBothHaveInTheSameRange() {
        PolicyType weak = made("weak", ParameterSpec.number("w", "Strength", 0, 30, 5, 0.1, "How strong."));
        PolicyType strong = made("strong", ParameterSpec.number("w", "Strength", 0, 30, 9, 0.1, "How strong."));
        PolicyType other = made("other", ParameterSpec.number("w", "Strength", 0, 1, 0.5, 0.1, "How strong."));
        GuidanceViewModel made = new GuidanceViewModel(List.of(weak, strong, other), Optional::empty);
        made.show(List.of(new Term("weak", Map.of("w", "12"))));
        made.replace(made.cards().getFirst(), strong);
        assertThat(Term.text(made.stack())).isEqualTo("strong(w=12)");
        made.replace(made.cards().getFirst(), other);
        assertThat(Term.text(made.stack())).isEqualTo("other(w=0.5)");
    }

    private static PolicyType made(String id, ParameterSpec parameter) {
        Descriptor descriptor = new Descriptor(id, id, id, "A test.", "w", "none", Descriptor.Fidelity.EXACT, List.of(parameter));
        return new PolicyType(descriptor, policy("cfg").slots(), "2", policy("cfg").create());
    }

    @Test
    void anUnknownPolicyIsAnErrorAndTheCardsStay() {
        stack.show(Term.parseStack("cfg(w=5)"));
        assertThatThrownBy(() -> stack.show(Term.parseStack("magic"))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("magic");
        assertThat(Term.text(stack.stack())).isEqualTo("cfg(w=5)");
    }

    @Test
    void aRefusedValueSaysWhyAndKeepsTheOldOne() {
        stack.show(Term.parseStack("cfg(w=5)"));
        ParameterViewModel weight = stack.cards().getFirst().parameter("w");
        weight.set("banana");
        assertThat(weight.valueProperty().get()).isEqualTo(5.0);
        assertThat(weight.problemProperty().get()).contains("banana").contains("a number from");
        weight.set(6.0);
        assertThat(weight.problemProperty().get()).isEmpty();
    }

    @Test
    void everyParameterOfTheCatalogueHasAControlAndHelp() {
        List<Descriptor> all = Stream.of(
                        Catalog.policies().stream().map(PolicyType::descriptor),
                        Catalog.samplers().stream().map(SamplerType::descriptor),
                        Catalog.spacings().stream().map(SpacingType::descriptor))
                .flatMap(descriptors -> descriptors)
                .toList();
        assertThat(all).hasSizeGreaterThan(10);
        for (Descriptor descriptor : all) {
            for (ParameterViewModel parameter : new TermViewModel(descriptor, Map.of()).parameters()) {
                assertThat(parameter.help()).contains(parameter.spec().help()).contains(descriptor.id() + "(" + parameter.spec().name() + ")");
                if (parameter.spec() instanceof ParameterSpec.Real real) {
                    assertThat(new ValueSlider.Bounds(real.min(), real.max(), real.softMax(), real.preset(), real.step(), real.whole(), real.unit()).allows(real.preset()))
                            .as(descriptor.id() + "." + real.name())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void whatChangedIsSaidInFewCharacters() {
        assertThat(between("cfg(w=10)", "cfg(w=12)")).isEqualTo("10→12");
        assertThat(between("cfg(w=10)", "cfg(w=10)")).isEmpty();
        assertThat(between("cfg(w=10)", "apg(w=10)")).isEmpty();
        assertThat(between("apg(w=10,eta=0)", "apg(w=12,eta=1)")).isEmpty();
    }

    private static String between(String before, String after) {
        return StackDifference.between(Term.parseStack(before), Term.parseStack(after));
    }
}

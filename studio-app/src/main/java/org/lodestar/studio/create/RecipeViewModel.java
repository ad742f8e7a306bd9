package org.lodestar.studio.create;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.SharedSettings;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.form.FormViewModel;
import org.lodestar.studio.guidance.GuidanceViewModel;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.StudioSession;

/// The form on the left: everything one picture is made from, guidance included.
public final class RecipeViewModel {
    private final StudioSession session;
    private final FormViewModel form;
    private final GuidanceViewModel guidance;
    private final BooleanProperty seedLocked = new SimpleBooleanProperty(this, "seedLocked");

    public RecipeViewModel(StudioSession session, Instruments instruments, RandomGenerator random) {
        this.session = session;
        this.guidance = new GuidanceViewModel(instruments.policies(), session::model);
        instruments.policies().stream().findFirst().ifPresent(guidance::add);
        this.form = new FormViewModel(
                session, instruments, random, List.of(guidance.stackProperty()), defaults -> guidance.show(Term.parseStack(defaults.policy())));
        guidance.setFilling(instruments.filling(this::spec, session::model));
    }

    /// Everything but the guidance.
    public FormViewModel form() {
        return form;
    }

    public GuidanceViewModel guidance() {
        return guidance;
    }

    /// Whether the next picture keeps the seed.
    public BooleanProperty seedLockedProperty() {
        return seedLocked;
    }

    /// The form as a spec, its prompts as typed.
    public RunSpec spec() {
        return form.spec(guidance.stack());
    }

    /// Fills the form from `spec`, its edits applied, and locks the seed.
    ///
    /// @throws EngineException.InvalidInput if it names something this program does not have; what could be taken is taken
    public void show(RunSpec spec) {
        seedLocked.set(true);
        form.show(spec);
        guidance.show(spec.writtenAt(spec.steps()).policy());
        session.borrowAsFor(spec);
    }

    /// Fills the form with what another picture's settings say, and locks the seed if there is one; the rest stays.
    ///
    /// @throws EngineException.InvalidInput if it names something this program does not have; what could be taken is taken
    public void show(SharedSettings settings) {
        if (settings.seed().isPresent()) {
            seedLocked.set(true);
        }
        form.show(settings);
        settings.policy().map(Term::parseStack).ifPresent(guidance::show);
    }

    /// What has to change at `step` of a run of `spec` to continue as the form says; templates are drawn with the run's seed.
    ///
    /// @throws EngineException.InvalidInput with every list that is missing
    public Change changeFrom(RunSpec spec, int step) {
        RunSpec then = spec.writtenAt(step);
        RunSpec drawn = session.drawn(spec().withSeed(spec.seed()));
        return new Change(
                Optional.of(drawn.prompt()).filter(now -> !now.equals(then.prompt())),
                Optional.of(drawn.negative()).filter(now -> !now.equals(then.negative())),
                Optional.of(guidance.stack()).filter(now -> !now.equals(then.policy())),
                Optional.of(drawn.syntax()).filter(now -> now != then.syntax()));
    }
}

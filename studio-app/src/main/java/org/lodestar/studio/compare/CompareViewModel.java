package org.lodestar.studio.compare;

import java.util.List;
import java.util.random.RandomGenerator;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.form.FormViewModel;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.StudioSession;

/// The Compare screen: one form, two to four lanes with a policy each, and the run of all of them from the same noise.
///
/// Everything on the form and in the lanes acts at the next run.
public final class CompareViewModel {
    public static final int LEAST_LANES = 2;
    public static final int MOST_LANES = 4;

    private static final String FIRST_STACK = "cfg(w=10)";
    private static final String SECOND_STACK = "apg(w=10,eta=0,r=2.5,beta=-0.5)";

    private final StudioSession session;
    private final Instruments instruments;
    private final FormViewModel form;
    private final ObservableList<LaneViewModel> lanes = FXCollections.observableArrayList();
    private final ObservableList<LaneViewModel> lanesView = FXCollections.unmodifiableObservableList(lanes);
    private final ObjectProperty<CompareMode> mode = new SimpleObjectProperty<>(this, "mode", CompareMode.SIDE_BY_SIDE);
    private final IntegerProperty other = new SimpleIntegerProperty(this, "other", 1);
    private final LinkedRunViewModel shown;
    private final SheetViewModel sheet;
    private final ObservableList<String> problems = FXCollections.observableArrayList();
    private final ObservableList<String> problemsView = FXCollections.unmodifiableObservableList(problems);

    /// @param session     where runs are made
    /// @param instruments what a run can be made of
    /// @param worker      makes preview pictures
    /// @param random      rolls seeds
    public CompareViewModel(StudioSession session, Instruments instruments, PreviewWorker worker, RandomGenerator random) {
        this.session = session;
        this.instruments = instruments;
        this.form = new FormViewModel(session, instruments, random, List.of(), defaults -> {});
        this.shown = new LinkedRunViewModel(worker, this::report);
        this.sheet = new SheetViewModel(session, worker, shown, lanesView, this::report);
        addLane(Term.parseStack(FIRST_STACK));
        addLane(Term.parseStack(SECOND_STACK));
    }

    /// What all lanes share.
    public FormViewModel form() {
        return form;
    }

    /// Two to four.
    public ObservableList<LaneViewModel> lanes() {
        return lanesView;
    }

    /// Adds a lane that starts from the last one's policy, unless there are four.
    public void addLane() {
        if (lanes.size() < MOST_LANES) {
            addLane(lanes.getLast().guidance().stack());
            leaveRun();
        }
    }

    /// Takes a lane out, unless only two are left. What was shown of the last run goes with it: its lanes are not these any more.
    public void removeLane(LaneViewModel lane) {
        if (lanes.size() > LEAST_LANES && lanes.remove(lane)) {
            for (int i = 0; i < lanes.size(); i++) {
                lanes.get(i).moveTo(i);
            }
            other.set(Math.min(other.get(), lanes.size() - 1));
            leaveRun();
        }
    }

    /// How the lanes' pictures are put together.
    public ObjectProperty<CompareMode> modeProperty() {
        return mode;
    }

    /// Which lane is compared with lane A where two are, from 1.
    public IntegerProperty otherProperty() {
        return other;
    }

    /// The run that is shown.
    public LinkedRunViewModel shown() {
        return shown;
    }

    /// The way to export it.
    public SheetViewModel sheet() {
        return sheet;
    }

    /// What is wrong, as sentences; empty when nothing is.
    public ObservableList<String> problems() {
        return problemsView;
    }

    /// Fills the form from `spec`; lane A takes its policy.
    ///
    /// @throws EngineException.InvalidInput if it names something this program does not have; what could be taken is taken
    public void show(RunSpec spec) {
        form.show(spec);
        lanes.getFirst().guidance().show(spec.writtenAt(spec.steps()).policy());
        session.borrowAsFor(spec);
    }

    /// The form as one spec per lane, prompts as typed.
    public List<RunSpec> specs() {
        return lanes.stream().map(this::spec).toList();
    }

    /// Runs all lanes from the same noise; a run under way is stopped first.
    public void run() {
        stop();
        problems.clear();
        try {
            FollowedRun started = session.follow(new RunRequest(specs(), session.settingsProperty().get().device(), session.output()));
            form.showDrawn(started.lane(0));
            shown.show(started, lanes);
        } catch (EngineException problem) {
            report(problem);
        }
    }

    /// Stops the run under way.
    public void stop() {
        FollowedRun current = shown.steps().runProperty().get();
        if (current != null && !current.isOver()) {
            session.cancel(current);
        }
    }

    private RunSpec spec(LaneViewModel lane) {
        return form.spec(lane.guidance().stack());
    }

    private void addLane(List<Term> stack) {
        LaneViewModel lane = new LaneViewModel(lanes.size(), instruments.policies(), session::model, stack);
        lane.guidance().setFilling(instruments.filling(() -> spec(lane), session::model));
        lanes.add(lane);
    }

    private void leaveRun() {
        stop();
        lanes.forEach(LaneViewModel::clear);
        shown.clear();
    }

    private void report(EngineException problem) {
        problems.setAll(problem.sentences());
    }
}

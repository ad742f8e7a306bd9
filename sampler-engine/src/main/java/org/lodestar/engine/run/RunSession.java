package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.preview.LatentPreviewer;

/// The shared memory of one run: what its user asked for, what its thread has done. Everything here is guarded by this object's monitor, held for moments only.
///
/// A run waits (queued), runs, may pause any number of times, and is over once. A paused run does not occupy the inference thread, so that branches of it can run meanwhile.
public final class RunSession implements RunHandle {

    private enum State {
        QUEUED,
        RUNNING,
        PAUSED,
        OVER
    }

    private final long id;
    private final RunRequest request;
    private final Consumer<RunSession> requeue;
    private final CancelToken cancel = new CancelToken();
    private final List<RunEvent> events = new ArrayList<>();
    private final List<RunSpec> lanes;
    private final List<Change> pending;
    private final List<List<List<StepRecord>>> records;
    private final List<List<List<Moment>>> moments;
    private final int firstStep;
    private final String parentHash;

    private State state = State.QUEUED;
    private boolean pauseWanted;
    private boolean oneStepWanted;
    /// Where the run holds unasked; -1 for nowhere.
    private int pauseStep = -1;
    private @Nullable RunOutcome outcome;
    private @Nullable ModelInfo model;
    private @Nullable LatentPreviewer previewer;

    /// A run from the start.
    ///
    /// @param request checked and resolved
    /// @param requeue puts the session back into the queue after a pause
    public RunSession(long id, RunRequest request, Consumer<RunSession> requeue) {
        this(id, request, requeue, 0, "");
        for (int lane = 0; lane < lanes.size(); lane++) {
            List<List<StepRecord>> laneRecords = new ArrayList<>();
            List<List<Moment>> laneMoments = new ArrayList<>();
            for (int sample = 0; sample < lanes.get(lane).batch(); sample++) {
                laneRecords.add(new ArrayList<>());
                laneMoments.add(new ArrayList<>());
            }
            records.add(laneRecords);
            moments.add(laneMoments);
        }
        events.add(new RunEvent.Queued());
    }

    private RunSession(long id, RunRequest request, Consumer<RunSession> requeue, int firstStep, String parentHash) {
        this.id = id;
        this.request = request;
        this.requeue = requeue;
        this.firstStep = firstStep;
        this.parentHash = parentHash;
        this.lanes = new ArrayList<>(request.lanes());
        this.pending = new ArrayList<>(Collections.nCopies(request.lanes().size(), Change.none()));
        this.records = new ArrayList<>();
        this.moments = new ArrayList<>();
    }

    /// A run of one lane that shares this one's past up to `step`.
    ///
    /// @param childSpec this lane's spec with the branch's edit, checked and resolved
    /// @throws EngineException.InvalidInput if `step` is not done yet
    public synchronized RunSession branch(long childId, int lane, int step, RunSpec childSpec, OutputPlan output) {
        String hash = SpecJson.hash(lanes.get(lane));
        RunSession child = new RunSession(childId, new RunRequest(List.of(childSpec), request.device(), output), requeue, step, hash);
        List<List<StepRecord>> childRecords = new ArrayList<>();
        List<List<Moment>> childMoments = new ArrayList<>();
        for (int sample = 0; sample < childSpec.batch(); sample++) {
            if (moments.get(lane).get(sample).size() <= step) {
                throw new EngineException.InvalidInput(
                        "branch", "a step from 0 to " + (moments.get(lane).get(sample).size() - 1) + " that is already done", String.valueOf(step), "Wait for it or choose an earlier one");
            }
            childRecords.add(new ArrayList<>(records.get(lane).get(sample).subList(0, step)));
            childMoments.add(new ArrayList<>(moments.get(lane).get(sample).subList(0, step + 1)));
        }
        child.records.add(childRecords);
        child.moments.add(childMoments);
        child.events.add(new RunEvent.Queued());
        return child;
    }

    // ---------------------------------------------------------------- for the user of the run

    @Override
    public long id() {
        return id;
    }

    @Override
    public synchronized List<RunSpec> lanes() {
        return List.copyOf(lanes);
    }

    @Override
    public synchronized void pause() {
        if (state == State.QUEUED || state == State.RUNNING) {
            pauseWanted = true;
        }
    }

    /// Lets the run hold before `step`, once. Called before it is queued, so that it cannot be past that step already.
    public synchronized void pauseBefore(int step) {
        pauseStep = step;
    }

    @Override
    public void resume() {
        leavePause(false);
    }

    @Override
    public void stepOnce() {
        leavePause(true);
    }

    private void leavePause(boolean oneStep) {
        synchronized (this) {
            if (state == State.OVER) {
                return;
            }
            pauseWanted = oneStep;
            oneStepWanted = oneStep;
            if (state != State.PAUSED) {
                return;
            }
            state = State.QUEUED;
            addEvent(new RunEvent.Resumed(stepsDone(0)));
        }
        requeue.accept(this);
    }

    @Override
    public void cancel() {
        cancel.cancel();
        synchronized (this) {
            if (state == State.QUEUED || state == State.PAUSED) {
                finish(new RunOutcome.Cancelled(stepsDone(0)));
            }
        }
    }

    @Override
    public void edit(int lane, Change change) {
        RunCheck.require(change);
        synchronized (this) {
            Change old = pending.get(lane);
            Change both = new Change(change.prompt().or(old::prompt), change.negative().or(old::negative), change.policy().or(old::policy), change.syntax().or(old::syntax));
            int step = stepsDone(0);
            RunCheck.requireComposable(lanes.get(lane).branch(new Edit(step, both)).writtenAt(step));
            pending.set(lane, both);
        }
    }

    @Override
    public synchronized List<RunEvent> eventsSince(int cursor) {
        return List.copyOf(events.subList(Math.min(cursor, events.size()), events.size()));
    }

    @Override
    public synchronized List<RunEvent> awaitEvents(int cursor) throws InterruptedException {
        while (events.size() <= cursor && state != State.OVER) {
            wait();
        }
        return eventsSince(cursor);
    }

    @Override
    public synchronized RunOutcome await() throws InterruptedException {
        while (outcome == null) {
            wait();
        }
        return outcome;
    }

    @Override
    public synchronized boolean isOver() {
        return state == State.OVER;
    }

    @Override
    public synchronized boolean isPaused() {
        return state == State.PAUSED;
    }

    @Override
    public synchronized int stepsDone(int lane) {
        return records.get(lane).getFirst().size();
    }

    @Override
    public synchronized StepRecord step(int lane, int sample, int step) {
        return records.get(lane).get(sample).get(step);
    }

    @Override
    public synchronized Optional<ModelInfo> model() {
        return Optional.ofNullable(model);
    }

    @Override
    public synchronized Optional<LatentPreviewer> previewer() {
        return Optional.ofNullable(previewer);
    }

    // ---------------------------------------------------------------- for the inference thread

    public RunRequest request() {
        return request;
    }

    public CancelToken cancelToken() {
        return cancel;
    }

    /// The first step this run does itself; earlier ones are its parent's.
    int firstStep() {
        return firstStep;
    }

    /// Hash of the parent's spec, or "".
    String parentHash() {
        return parentHash;
    }

    /// Takes the session out of the queue; false if it is over already.
    public synchronized boolean tryStart() {
        if (state != State.QUEUED) {
            return false;
        }
        state = State.RUNNING;
        return true;
    }

    /// Makes the loaded model's facts visible.
    public synchronized void loaded(ModelInfo info, LatentPreviewer previews) {
        model = info;
        previewer = previews;
    }

    /// Writes down which models were found to lend nets.
    public synchronized void pin(List<Lent> found) {
        lanes.replaceAll(lane -> lane.withLent(lane.lent().stream().map(net -> pinned(net, found)).toList()));
    }

    /// As its user called it, with the hash of what was found.
    private static Lent pinned(Lent net, List<Lent> found) {
        return found.stream().filter(one -> one.role() == net.role()).findFirst().map(one -> new Lent(net.role(), net.model(), one.hash())).orElse(net);
    }

    public synchronized void addEvent(RunEvent event) {
        events.add(event);
        notifyAll();
    }

    /// Whether the run must let go of the thread before `step`; says so to its user.
    synchronized boolean pausesBefore(int step) {
        if (oneStepWanted) {
            oneStepWanted = false;
            return false;
        }
        if (!pauseWanted && step != pauseStep) {
            return false;
        }
        pauseWanted = false;
        pauseStep = -1;
        state = State.PAUSED;
        addEvent(new RunEvent.Paused(step));
        return true;
    }

    /// Makes the changes that act from `step` of `lane` on part of its spec.
    synchronized void takeEdit(int lane, int step) {
        Change change = pending.get(lane);
        if (change.isEmpty()) {
            return;
        }
        pending.set(lane, Change.none());
        Change resolved = RunCheck.resolve(lanes.get(lane).withEdits(List.of(new Edit(step, change)))).edits().getFirst().change();
        lanes.set(lane, lanes.get(lane).branch(new Edit(step, resolved)));
        addEvent(new RunEvent.Edited(lane, step, resolved));
    }

    /// Writes down which source pictures were found.
    synchronized void pin(Source source) {
        lanes.replaceAll(lane -> lane.withSource(Optional.of(source)));
    }

    synchronized void start(int lane, int sample, Moment moment) {
        moments.get(lane).get(sample).add(moment);
    }

    synchronized void done(int lane, int sample, StepRecord record, Moment after) {
        records.get(lane).get(sample).add(record);
        moments.get(lane).get(sample).add(after);
    }

    /// Where `sample` of `lane` stands: before the first step that is not done.
    synchronized Optional<Moment> latest(int lane, int sample) {
        List<Moment> all = moments.get(lane).get(sample);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    @Override
    public synchronized List<StepRecord> steps(int lane, int sample) {
        return List.copyOf(records.get(lane).get(sample));
    }

    /// Ends the run; later calls change nothing.
    public synchronized void finish(RunOutcome how) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        outcome = how;
        addEvent(new RunEvent.Ended(how));
    }
}

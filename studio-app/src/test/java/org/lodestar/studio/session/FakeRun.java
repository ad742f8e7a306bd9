package org.lodestar.studio.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.Edit;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.SpecJson;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.engine.schedule.NoiseLevel;

/// A run that goes on when the test says so.
public final class FakeRun implements RunHandle {
    private static final int CELLS = 16;

    private final long id;
    private final FakeEngine engine;
    private final List<RunSpec> lanes;
    private final List<List<StepRecord>> records = new ArrayList<>();
    private final List<RunEvent> events = new ArrayList<>(List.of(new RunEvent.Queued()));
    private final List<Change> changes = new ArrayList<>();
    private @Nullable RunOutcome outcome;
    private boolean guided = true;

    FakeRun(long id, List<RunSpec> lanes, int firstStep, List<StepRecord> past, FakeEngine engine) {
        this.id = id;
        this.engine = engine;
        this.lanes = new ArrayList<>(lanes);
        lanes.forEach(lane -> records.add(new ArrayList<>(past)));
        if (firstStep != past.size()) {
            throw new IllegalArgumentException("a branch at " + firstStep + " needs as many steps of the past, found " + past.size());
        }
    }

    // ---- what the test makes it do

    public synchronized void start() {
        events.add(new RunEvent.Started(lanes()));
    }

    /// Does `count` more steps in every lane.
    public synchronized void advance(int count) {
        for (int i = 0; i < count; i++) {
            for (int lane = 0; lane < lanes.size(); lane++) {
                int step = records.get(lane).size();
                for (Change change : changes) {
                    lanes.set(lane, lanes.get(lane).branch(new Edit(step, change)));
                    events.add(new RunEvent.Edited(lane, step, change));
                }
                changes.clear();
                records.get(lane).add(record(lane, step));
                events.add(new RunEvent.StepFinished(lane, step, lanes.get(lane).steps()));
            }
        }
    }

    /// From here on steps are guided, or not.
    public synchronized void guide(boolean on) {
        guided = on;
    }

    /// Does all remaining steps, delivers a picture per lane, ends.
    public synchronized void finish() {
        if (events.stream().noneMatch(RunEvent.Started.class::isInstance)) {
            start();
        }
        advance(lanes.getFirst().steps() - records.getFirst().size());
        for (int lane = 0; lane < lanes.size(); lane++) {
            RunSpec spec = lanes.get(lane);
            events.add(new RunEvent.ImageFinished(lane, 0, flat(spec.width(), spec.height(), 40 * lane + 120), null, evidence(spec)));
        }
        end(new RunOutcome.Completed());
    }

    public synchronized void fail(EngineException problem) {
        end(new RunOutcome.Failed(problem));
    }

    public synchronized void add(RunEvent event) {
        events.add(event);
    }

    synchronized List<StepRecord> records(int lane) {
        return List.copyOf(records.get(lane));
    }

    private void end(RunOutcome how) {
        if (outcome == null) {
            outcome = how;
            events.add(new RunEvent.Ended(how));
            notifyAll();
        }
    }

    private StepRecord record(int lane, int step) {
        int steps = lanes.get(lane).steps();
        double far = 1 - step / (double) steps;
        Latents guess = Latents.zeros(4, CELLS, CELLS).like(i -> Math.sin(i * 0.05 + id) * (1 - far) + far * 0.1);
        Prediction prediction = new Prediction(guess, guess);
        Telemetry telemetry = new Telemetry(
                guided,
                guided ? List.of("cond", "uncond") : List.of("cond"),
                guided ? 5 : 1,
                0.9,
                0.9,
                guided ? 0.99 - 0.1 * far : Double.NaN,
                guided ? far : Double.NaN,
                guided ? 0.3 * far : Double.NaN,
                guided ? 0.4 : Double.NaN,
                guided ? 0.6 : Double.NaN,
                Double.NaN,
                Double.NaN,
                guided ? 5 - far : Double.NaN,
                0,
                1,
                List.of());
        return new StepRecord(
                step, new NoiseLevel(999 * far, 1 - far, far), guess, guess, prediction, prediction, guided ? prediction : null, List.of(telemetry), guided ? 2 : 1, 2, 1000, 10);
    }

    private static RunRecord evidence(RunSpec spec) {
        return new RunRecord(
                1,
                SpecJson.text(spec),
                SpecJson.hash(spec),
                0,
                spec.seed(),
                "Starter",
                "m",
                "n",
                "l",
                "i",
                List.of(),
                List.of(),
                2 * spec.steps(),
                2 * spec.steps(),
                Map.of("total", 1.5),
                Map.of(),
                "cpu",
                2,
                "each",
                "",
                Map.of());
    }

    /// A picture of one grey.
    public static Rgb flat(int width, int height, int grey) {
        byte[] bytes = new byte[width * height * 3];
        java.util.Arrays.fill(bytes, (byte) grey);
        return Rgb.adopt(width, height, bytes);
    }

    // ---- what a run offers

    @Override
    public long id() {
        return id;
    }

    @Override
    public synchronized List<RunSpec> lanes() {
        return List.copyOf(lanes);
    }

    @Override
    public void pause() {
        throw new UnsupportedOperationException("not needed so far");
    }

    @Override
    public void resume() {
        throw new UnsupportedOperationException("not needed so far");
    }

    @Override
    public void stepOnce() {
        throw new UnsupportedOperationException("not needed so far");
    }

    @Override
    public synchronized void cancel() {
        end(new RunOutcome.Cancelled(records.getFirst().size()));
    }

    @Override
    public synchronized void edit(int lane, Change change) {
        engine.refusal().ifPresent(why -> {
            throw why;
        });
        changes.clear();
        changes.add(change);
    }

    @Override
    public synchronized List<RunEvent> eventsSince(int cursor) {
        return List.copyOf(events.subList(cursor, events.size()));
    }

    @Override
    public List<RunEvent> awaitEvents(int cursor) {
        throw new UnsupportedOperationException("the window never waits");
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
        return outcome != null;
    }

    @Override
    public boolean isPaused() {
        return false;
    }

    @Override
    public synchronized int stepsDone(int lane) {
        return records.get(lane).size();
    }

    @Override
    public synchronized StepRecord step(int lane, int sample, int step) {
        return records.get(lane).get(step);
    }

    @Override
    public Optional<ModelInfo> model() {
        return Optional.of(FakeEngine.MODEL);
    }

    @Override
    public synchronized Optional<LatentPreviewer> previewer() {
        if (events.stream().noneMatch(RunEvent.Started.class::isInstance)) {
            return Optional.empty();
        }
        return Optional.of(new LatentPreviewer() {
            @Override
            public Rgb preview(Latents denoised) {
                byte[] rgb = new byte[CELLS * CELLS * 3];
                for (int i = 0; i < rgb.length; i++) {
                    rgb[i] = (byte) Math.clamp(Math.round(127 + 127 * denoised.at(i / 3)), 0, 255);
                }
                return Rgb.adopt(CELLS, CELLS, rgb);
            }

            @Override
            public Rgb difference(Latents a, Latents b) {
                return flat(CELLS, CELLS, 127);
            }
        });
    }
}

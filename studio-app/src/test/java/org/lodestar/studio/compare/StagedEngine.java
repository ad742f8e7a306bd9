package org.lodestar.studio.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.engine.schedule.NoiseLevel;

/// An engine whose runs advance when a test says so. Lane `l` at step `s` previews as a grey of level `40*l + s`, its effective weight is `10*l + s`.
final class StagedEngine implements Engine {
    final List<Run> runs = new ArrayList<>();

    Run latest() {
        return runs.getLast();
    }

    @Override
    public RunHandle submit(RunRequest request) {
        if (request.lanes().getFirst().steps() < 1) {
            throw new EngineException.InvalidInput("steps", "a whole number from 1 to 1000", "0", "20 is a good start");
        }
        Run run = new Run(runs.size(), request.lanes());
        runs.add(run);
        return run;
    }

    @Override
    public RunHandle submit(RunRequest request, int pauseBefore) {
        throw new UnsupportedOperationException("nothing pauses here");
    }

    @Override
    public CompletableFuture<ModelInfo> load(ModelChoice choice, DeviceWish wish, ModelLoader.LoadListener listener, CancelToken cancel) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<List<Device.Attempt>> devices(DeviceWish wish) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<@Nullable Void> unload() {
        return new CompletableFuture<>();
    }

    @Override
    public <T> CompletableFuture<T> study(ModelChoice choice, DeviceWish wish, BiFunction<ModelPackage, CancelToken, T> work) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<TokenCount> count(String text, Dialect syntax) {
        return CompletableFuture.completedFuture(new TokenCount(0, 0));
    }

    @Override
    public String nameOf(Path folder) {
        return folder.toString();
    }

    @Override
    public void allowAnyMemory(String name) {
        throw new UnsupportedOperationException("nothing is too large here");
    }

    @Override
    public PackageReport inspect(Path folder) {
        throw new UnsupportedOperationException("nothing is inspected here");
    }

    @Override
    public RunHandle fork(RunHandle parent, int lane, int step, Change change, OutputPlan output) {
        throw new UnsupportedOperationException("nothing is branched here");
    }

    @Override
    public void close() {}

    static Rgb grey(int level, int side) {
        byte[] bytes = new byte[side * side * 3];
        Arrays.fill(bytes, (byte) level);
        return Rgb.adopt(side, side, bytes);
    }

    static final class Run implements RunHandle {
        private final long id;
        private final List<RunSpec> lanes;
        private final List<RunEvent> events = new ArrayList<>();
        private final List<List<StepRecord>> records = new ArrayList<>();
        boolean cancelled;

        private Run(long id, List<RunSpec> lanes) {
            this.id = id;
            this.lanes = lanes;
            lanes.forEach(lane -> records.add(new ArrayList<>()));
            events.add(new RunEvent.Started(lanes));
        }

        /// One more step in `lane`.
        void step(int lane, boolean guided) {
            int step = records.get(lane).size();
            records.get(lane).add(record(lane, step, guided));
            events.add(new RunEvent.StepFinished(lane, step, lanes.get(lane).steps()));
        }

        /// One more step in every lane.
        void step() {
            for (int lane = 0; lane < lanes.size(); lane++) {
                step(lane, true);
            }
        }

        void finish(int lane, Rgb image) {
            RunRecord record = new RunRecord(
                    1, "", "", 0, 0, "", "", "", "", "", List.of(), List.of(), 0, 0, Map.of(), Map.of(), "", 1, "", "", Map.of("likeness", 0.3));
            events.add(new RunEvent.ImageFinished(lane, 0, image, null, record));
        }

        void end(RunOutcome outcome) {
            events.add(new RunEvent.Ended(outcome));
        }

        private static StepRecord record(int lane, int step, boolean guided) {
            float level = 40 * lane + step;
            Latents flat = Latents.of(1, 1, 1, new float[] {level});
            Prediction prediction = new Prediction(flat, flat);
            double there = guided ? 10.0 * lane + step : Double.NaN;
            Telemetry telemetry = new Telemetry(
                    guided, List.of("cond"), 5, there, there, there, there, there, there, there, there, there, there, 0, 1, guided ? List.of() : List.of("aligned"));
            return new StepRecord(
                    step, new NoiseLevel(999, 0, 1), flat, flat, prediction, prediction, prediction, List.of(telemetry), guided ? 2 : 1, 2, 400_000_000, 100_000_000);
        }

        @Override
        public Optional<LatentPreviewer> previewer() {
            return Optional.of(new LatentPreviewer() {
                @Override
                public Rgb preview(Latents denoised) {
                    return grey((int) denoised.at(0, 0, 0), 2);
                }

                @Override
                public Rgb difference(Latents a, Latents b) {
                    return grey(127, 2);
                }
            });
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public List<RunSpec> lanes() {
            return lanes;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public List<RunEvent> eventsSince(int cursor) {
            return List.copyOf(events.subList(cursor, events.size()));
        }

        @Override
        public int stepsDone(int lane) {
            return records.get(lane).size();
        }

        @Override
        public StepRecord step(int lane, int sample, int step) {
            return records.get(lane).get(step);
        }

        @Override
        public boolean isOver() {
            return !events.isEmpty() && events.getLast() instanceof RunEvent.Ended;
        }

        @Override
        public boolean isPaused() {
            return false;
        }

        @Override
        public Optional<ModelInfo> model() {
            return Optional.empty();
        }

        @Override
        public void pause() {
            throw unused();
        }

        @Override
        public void resume() {
            throw unused();
        }

        @Override
        public void stepOnce() {
            throw unused();
        }

        @Override
        public void edit(int lane, Change change) {
            throw unused();
        }

        @Override
        public List<RunEvent> awaitEvents(int cursor) {
            throw unused();
        }

        @Override
        public RunOutcome await() {
            throw unused();
        }

        private static UnsupportedOperationException unused() {
            return new UnsupportedOperationException("a comparison does not do this");
        }
    }
}

package org.lodestar.engine.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.Composed;
import org.lodestar.engine.guidance.Particles;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.CountingDenoiser;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Composition;
import org.lodestar.engine.prompt.Prompt;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.schedule.StepGrid;

/// The denoising loop of one run: all lanes and samples advance together, step by step, each a fold over [Moment]s. Runs on the inference thread and lets go of it when
/// paused; [#advance] then continues where it stopped.
final class RunLoop {

    /// One lane's current settings; replaced where an edit changes them.
    private record Lane(RunSpec now, Sampler sampler, Beginning beginning, PolicyStack stack, LaneBranches branches) {

        StepGrid grid() {
            return beginning.grid();
        }

        /// What a sample's policies can ask.
        Branches branches(int sample) {
            return beginning.shown(sample).map(picture -> branches.each(branch -> shown(branch, picture))).orElse(branches);
        }

        /// A branch of a network that is shown a picture as well.
        private static Branch shown(Branch branch, Embedding picture) {
            return new Branch(branch.name(), branch.conditioning().with(Conditioning.PICTURE, picture), branch.net());
        }
    }

    private final RunSession session;
    private final PictureSink sink;
    private final RunTimings timings = new RunTimings();
    private final List<Lane> lanes = new ArrayList<>();
    /// What the denoiser said; each picture's record says it too.
    private final List<String> notices = new ArrayList<>();
    private @Nullable ModelPackage asked;
    private @Nullable Denoiser remembering;

    RunLoop(RunSession session, PictureSink sink) {
        this.session = session;
        this.sink = sink;
    }

    /// Goes on until the run is over or paused.
    ///
    /// @throws Cancelled if it was cancelled
    void advance(ModelPackage model) {
        if (lanes.isEmpty()) {
            begin(model);
        }
        CountingDenoiser denoiser = new CountingDenoiser(denoiser(model));
        int steps = lanes.getFirst().grid().steps();
        for (int step = session.stepsDone(0); step < steps; step++) {
            requireNotCancelled();
            if (session.pausesBefore(step)) {
                timings.add("network", denoiser.nanos());
                return;
            }
            applyEdits(step, model);
            long start = System.nanoTime();
            advanceStep(step, model, denoiser);
            timings.add("denoise", System.nanoTime() - start);
        }
        timings.add("network", denoiser.nanos());
        finishPictures(model);
        session.finish(new RunOutcome.Completed());
    }

    /// The model's denoiser, which remembers what it met in this run, also over pauses, until the model is loaded again.
    @SuppressWarnings("ReferenceEquality") // the same model loaded again has other networks
    private Denoiser denoiser(ModelPackage model) {
        Denoiser known = remembering;
        if (known == null || !model.equals(asked)) {
            known = model.denoiser().forRun(sentence -> {
                if (!notices.contains(sentence)) {
                    notices.add(sentence);
                    session.addEvent(new RunEvent.Noticed(0, 0, sentence));
                }
            });
            remembering = known;
            asked = model;
        }
        return known;
    }

    private void begin(ModelPackage model) {
        @Nullable SourceLatents source = source(model);
        session.addEvent(new RunEvent.Started(session.lanes()));
        for (int lane = 0; lane < session.lanes().size(); lane++) {
            RunSpec spec = session.lanes().get(lane);
            RunSpec now = spec.at(session.firstStep());
            PolicyStack stack = stack(now);
            Beginning beginning = Beginning.of(spec, model, source);
            lanes.add(new Lane(now, Catalog.sampler(spec.sampler()), beginning, stack, encode(now, stack, model, null)));
            for (int sample = 0; sample < spec.batch(); sample++) {
                Optional<Moment> latest = session.latest(lane, sample);
                if (latest.isEmpty()) {
                    session.start(lane, sample, new Moment(SamplerState.start(beginning.samples().get(sample).x()), stack.begin(), 0));
                }
            }
        }
    }

    /// The policies, and what composes the prompt where it is several.
    private static PolicyStack stack(RunSpec now) {
        PolicyStack policies = Catalog.policy(now.policy());
        Composition composition = Composition.parse(now.prompt(), now.syntax());
        return composition.isPlain() ? policies : policies.with(new Composed(composition));
    }

    private static List<String> policyIds(RunSpec now) {
        Stream<String> ids = now.policy().stream().map(Term::id);
        return (Composition.parse(now.prompt(), now.syntax()).isPlain() ? ids : Stream.concat(ids, Stream.of("AND"))).toList();
    }

    /// The picture that all lanes start from, encoded once; its hashes become part of their specs.
    private @Nullable SourceLatents source(ModelPackage model) {
        RunSpec first = session.lanes().getFirst();
        if (first.source().isEmpty()) {
            return null;
        }
        long start = System.nanoTime();
        SourcePixels pixels = SourcePixels.read(first.source().get(), first.width(), first.height());
        session.pin(pixels.source());
        SourceLatents source = SourceLatents.encode(pixels, model.pictureInput(), model.codec(), model.latentFormat(), session.cancelToken());
        timings.add("encode", System.nanoTime() - start);
        return source;
    }

    /// The lane's texts, encoded; `known` itself where it has them all.
    private LaneBranches encode(RunSpec now, PolicyStack stack, ModelPackage model, @Nullable LaneBranches known) {
        long start = System.nanoTime();
        Wording wording = new Wording(now.prompt(), now.negative(), model.adviser().labels());
        List<String> texts = stack.prompts(wording);
        if (known != null && known.holds(wording, texts, now.syntax())) {
            return known;
        }
        LaneBranches branches = LaneBranches.encode(wording, texts, now.syntax(), model.text(), session.cancelToken());
        timings.add("text", System.nanoTime() - start);
        return branches;
    }

    /// Brings every lane's settings to what its spec says of `step`: edits written in it beforehand, then those made live.
    private void applyEdits(int step, ModelPackage model) {
        for (int lane = 0; lane < lanes.size(); lane++) {
            session.takeEdit(lane, step);
            RunSpec now = session.lanes().get(lane).at(step);
            Lane old = lanes.get(lane);
            if (!now.equals(old.now)) {
                PolicyStack stack = stack(now);
                lanes.set(lane, new Lane(now, old.sampler, old.beginning, stack, encode(now, stack, model, old.branches)));
            }
        }
    }

    private void advanceStep(int index, ModelPackage model, CountingDenoiser denoiser) {
        long start = System.nanoTime();
        List<List<Stride>> strides = IntStream.range(0, lanes.size()).mapToObj(lane -> begin(lane, index, model)).toList();
        List<Evaluation<SamplerState>> evaluations = strides.stream().flatMap(List::stream).map(Stride::evaluation).toList();
        List<LinkedEvaluations.Answered<SamplerState>> answered = LinkedEvaluations.answer(evaluations, denoiser, model.adviser(), session.cancelToken());
        requireNotCancelled();
        long network = answered.stream().mapToLong(LinkedEvaluations.Answered::nanos).sum();
        long other = (System.nanoTime() - start - network) / answered.size();
        Iterator<LinkedEvaluations.Answered<SamplerState>> answers = answered.iterator();
        for (int lane = 0; lane < lanes.size(); lane++) {
            List<Advanced> settled = end(lanes.get(lane), strides.get(lane), answers, other);
            for (int sample = 0; sample < settled.size(); sample++) {
                session.done(lane, sample, settled.get(sample).record(), settled.get(sample).moment());
            }
        }
        for (int lane = 0; lane < lanes.size(); lane++) {
            session.addEvent(new RunEvent.StepFinished(lane, index, lanes.get(lane).grid().steps()));
        }
    }

    /// A lane's samples, each with its questions about step `index`.
    private List<Stride> begin(int laneIndex, int index, ModelPackage model) {
        Lane lane = lanes.get(laneIndex);
        Step step = new Step(index, lane.grid());
        NoiseSource noise = Catalog.noise(lane.now.noise());
        boolean exchanged = index > 0 && !policyIds(session.lanes().get(laneIndex).at(index - 1)).equals(policyIds(lane.now));
        List<Stride> strides = new ArrayList<>();
        for (int sample = 0; sample < lane.now.batch(); sample++) {
            Moment moment = momentFor(laneIndex, sample, index, lane, exchanged);
            Stride.Noise fresh = new Stride.Noise(noise, lane.now.seed() + sample, lane.beginning.openings());
            GuidedStep guided = new GuidedStep(
                    step, lane.stack, moment.policy(), model.parameterization(), lane.branches(sample), model.latentUnit(), fresh.guidance(step, moment.sampler().x()));
            strides.add(Stride.begin(step, lane.sampler, moment, guided, fresh));
        }
        return strides;
    }

    /// A lane's samples after their step: the known part of a source picture put back, particles weighed.
    private static List<Advanced> end(Lane lane, List<Stride> strides, Iterator<LinkedEvaluations.Answered<SamplerState>> answers, long otherNanos) {
        Step step = strides.getFirst().step();
        List<Advanced> advanced = new ArrayList<>();
        for (int sample = 0; sample < strides.size(); sample++) {
            LinkedEvaluations.Answered<SamplerState> answer = answers.next();
            SamplerState moved = answer.result();
            SamplerState after = new SamplerState(lane.beginning.kept(sample, step, moved.x()), moved.history());
            advanced.add(strides.get(sample).end(after, answer, otherNanos));
        }
        return Resampling.settle(lane.stack, step, lane.now.seed(), advanced);
    }

    /// Where the sample stands. Policies that were exchanged start afresh; policies whose settings changed keep what they remember.
    private Moment momentFor(int lane, int sample, int step, Lane settings, boolean exchanged) {
        Moment moment = session.latest(lane, sample).orElseThrow();
        if (step == 0) {
            // What is said of pure noise does not hold for a picture with some.
            double scale = settings.now.source().isPresent() ? 1 : settings.stack.particles().map(Particles::startScale).orElse(1.0);
            SamplerState start = scale == 1 ? moment.sampler() : SamplerState.start(LatentOps.scale(scale, moment.sampler().x()));
            return new Moment(start, settings.stack.begin(), 0);
        }
        return exchanged ? new Moment(moment.sampler(), settings.stack.begin(), moment.logWeight()) : moment;
    }

    private void finishPictures(ModelPackage model) {
        for (int lane = 0; lane < lanes.size(); lane++) {
            for (int sample = 0; sample < lanes.get(lane).now.batch(); sample++) {
                requireNotCancelled();
                finishPicture(lane, sample, model);
            }
        }
    }

    private void finishPicture(int lane, int sample, ModelPackage model) {
        RunSpec spec = session.lanes().get(lane);
        long start = System.nanoTime();
        Latents z = session.latest(lane, sample).orElseThrow().sampler().x();
        Rgb picture = model.codec().decode(z, session.cancelToken());
        timings.add("decode", System.nanoTime() - start);
        RunSpec last = spec.at(spec.steps() - 1);
        Map<String, Double> readings = Readings.of(z, Prompt.words(last.prompt(), last.syntax()), model.adviser(), session.cancelToken());
        Optional<String> finding = PictureCheck.of(z, picture);
        List<String> notes = Stream.concat(notices.stream(), finding.stream()).toList();
        Latents noise = lanes.get(lane).beginning.samples().get(sample).noise();
        RunRecord record = new RunEvidence(model.info(), spec, session.parentHash(), timings)
                .of(sample, noise, z, picture, session.steps(lane, sample), readings, notes);
        finding.ifPresent(sentence -> session.addEvent(new RunEvent.Noticed(lane, sample, sentence)));
        @Nullable Path file = sink.save(session.request().output(), spec, lane, sample, picture, record);
        session.addEvent(new RunEvent.ImageFinished(lane, sample, picture, file, record));
    }

    private void requireNotCancelled() {
        if (session.cancelToken().isCancelled()) {
            throw new Cancelled();
        }
    }
}

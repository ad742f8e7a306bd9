package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// A small world in which guidance can be computed by hand: under each branch the data are Gaussian around a pattern that is partly the branch's own, with a spread of its own,
/// so the exact estimate is `D = (alpha*s^2*x + sigma^2*mu)/(alpha^2*s^2 + sigma^2)` at every state and level. As real nets do, it answers other conditionings, other nets
/// and other times differently.
final class Toy implements Branches {

    /// What its classifier tells apart; the prompt is about the first.
    static final List<String> LABELS = List.of("cond", "dog", "ship", "tree", "moon", "rose", "lamp", "bird");

    /// Its words, without a negative prompt.
    static final Wording WORDING = new Wording("cond", "", LABELS);

    final StepGrid grid;
    final Parameterization parameterization;
    final Latents start;
    final boolean hasNegative;
    private final List<String> labels;
    private final String prompt;

    private Toy(StepGrid grid, Parameterization parameterization, Latents start, boolean hasNegative, List<String> labels, String prompt) {
        this.labels = labels;
        this.prompt = prompt;
        this.grid = grid;
        this.parameterization = parameterization;
        this.start = start;
        this.hasNegative = hasNegative;
    }

    static Toy on(StepGrid grid) {
        return new Toy(grid, Parameterization.V, noise(4, 6, 8, grid.initialScale(), 11), false, LABELS, WORDING.prompt());
    }

    Toy of(Parameterization other) {
        return new Toy(grid, other, start, hasNegative, labels, prompt);
    }

    Toy sized(int channels, int height, int width) {
        return new Toy(grid, parameterization, noise(channels, height, width, grid.initialScale(), 11), hasNegative, labels, prompt);
    }

    Toy startingFrom(Latents x) {
        return new Toy(grid, parameterization, x, hasNegative, labels, prompt);
    }

    Toy withNegative() {
        return new Toy(grid, parameterization, start, true, labels, prompt);
    }

    /// The same world with another classifier.
    Toy knowing(List<String> others) {
        return new Toy(grid, parameterization, start, hasNegative, others, prompt);
    }

    /// The same world under another prompt.
    Toy saying(String other) {
        return new Toy(grid, parameterization, start, hasNegative, labels, other);
    }

    /// Variance preserving, from almost pure noise (`alpha = 0` exactly where `zeroSnr`) to clean.
    static StepGrid vp(int steps, boolean zeroSnr) {
        return grid(steps, 1, p -> {
            double angle = (zeroSnr ? 1 : 0.97) * Math.PI / 2 * (1 - p);
            return new NoiseLevel(999 * (1 - p), zeroSnr && p == 0 ? 0 : Math.cos(angle), Math.sin(angle));
        });
    }

    static StepGrid vp(int steps) {
        return vp(steps, false);
    }

    /// Variance exploding: alpha 1, sigma from 14 to 0.
    static StepGrid ve(int steps) {
        return grid(steps, 14, p -> new NoiseLevel(999 * (1 - p), 1, 14 * Math.pow(1 - p, 3)));
    }

    /// Rectified flow: alpha = 1 - t, sigma = t, from pure noise.
    static StepGrid flow(int steps) {
        return grid(steps, 1, p -> new NoiseLevel(1000 * (1 - p), p, 1 - p));
    }

    private static StepGrid grid(int steps, double scale, java.util.function.DoubleFunction<NoiseLevel> at) {
        List<NoiseLevel> levels = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            levels.add(at.apply((double) i / steps));
        }
        return new StepGrid(levels, scale);
    }

    static Latents noise(int channels, int height, int width, double scale, long seed) {
        Random random = new Random(seed);
        return Latents.zeros(channels, height, width).like(i -> scale * random.nextGaussian());
    }

    @Override
    public Branch cond() {
        return Branch.main("cond", branch(prompt).conditioning());
    }

    @Override
    public Branch base() {
        return hasNegative ? branch("negative") : empty();
    }

    @Override
    public Branch empty() {
        return branch("uncond");
    }

    @Override
    public boolean hasNegative() {
        return hasNegative;
    }

    @Override
    public Wording wording() {
        return new Wording(prompt, hasNegative ? "negative" : "", labels);
    }

    @Override
    public Branch prompt(String text) {
        return branch(text);
    }

    static Branch branch(String name) {
        Random random = new Random(name.hashCode());
        float[] values = new float[12];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Conditioning told = new Conditioning(name, Map.of("text", new Embedding(new int[] {3, 4}, values)));
        return Branch.main(name, told.with(Conditioning.PICTURE, new Embedding(new int[] {1, 1, 2}, new float[] {0.2f, -0.1f})));
    }

    StepContext context(int step, int stage, NoiseLevel level, Latents x) {
        return new StepContext(step, stage, grid, level, x, parameterization, this, 1, k -> noise(x.channels(), x.height(), x.width(), 1, 1000L * step + k));
    }

    /// The context of the first evaluation of a step, at a state of that level.
    StepContext context(int step) {
        return context(step, 0, grid.level(step), start);
    }

    /// The exact estimate. The distilled net has learnt CFG of the main one without a flaw; mixing weights mixes answers, as it does for linear nets.
    Prediction answer(Query query) {
        Branch branch = query.branch();
        return switch (branch.net()) {
            case DISTILLED -> mix(query, empty(), branch.to(Branch.Net.MAIN), Conditioning.GUIDANCE);
            case MIXED -> mix(query, branch.to(Branch.Net.MAIN), branch.to(Branch.Net.SECOND), Conditioning.SHARE);
            default -> exact(query);
        };
    }

    private Prediction mix(Query query, Branch from, Branch to, String share) {
        double w = Objects.requireNonNull(query.branch().conditioning().tensors().get(share)).at(0);
        Prediction a = exact(new Query(from, query.x(), query.level()));
        Prediction b = exact(new Query(to, query.x(), query.level()));
        return new Prediction(LatentOps.extrapolate(a.denoised(), b.denoised(), w), LatentOps.extrapolate(a.noise(), b.noise(), w));
    }

    private static Prediction exact(Query query) {
        Latents x = query.x();
        double a = query.level().alpha();
        double s = query.level().sigma();
        Conditioning told = query.branch().conditioning();
        int seed = seed(told.text(), query.branch().net());
        double spread = (0.3 + 0.5 * new Random(seed).nextDouble()) * (1 + 0.2 * Math.sin(query.level().modelTime() / 150));
        float[] text = Objects.requireNonNull(told.tensors().get("text")).toArray();
        double shift = 0;
        for (int i = 0; i < text.length; i++) {
            shift += 0.05 * (i % 5 - 2) * text[i];
        }
        for (float shown : Objects.requireNonNull(told.tensors().get(Conditioning.PICTURE)).toArray()) {
            shift += shown;
        }
        double offset = shift;
        Latents pattern = LatentOps.map(pattern(x, seed), value -> value + offset);
        double denominator = a * a * spread * spread + s * s;
        Latents denoised = LatentOps.combine(a * spread * spread / denominator, x, s * s / denominator, pattern);
        Latents noise = s == 0 ? LatentOps.scale(0, x) : LatentOps.combine(1 / s, x, -a / s, denoised);
        return new Prediction(denoised, noise);
    }

    /// The label or text whose pattern is nearest fits best: logits are `-|D - mu|^2 / n`, whose gradient is `-2*(D - mu)/n`.
    Advice answer(Consultation question) {
        Latents seen = question.denoised();
        return switch (question) {
            case Consultation.Classes _ -> new Advice.Classes(labels.stream().map(label -> -squaredDistance(seen, label)).toList());
            case Consultation.Gradient(var _, int label) -> new Advice.Gradient(LatentOps.combine(-2.0 / seen.size(), seen, 2.0 / seen.size(), pattern(seen, labels.get(label))));
            case Consultation.Likeness(var _, var texts) -> new Advice.Likeness(texts.stream().map(text -> Math.exp(-squaredDistance(seen, text))).toList());
        };
    }

    private static double squaredDistance(Latents seen, String text) {
        return LatentOps.squaredNorm(LatentOps.subtract(seen, pattern(seen, text))) / seen.size();
    }

    /// What the main net paints under a text, but for the offset.
    private static Latents pattern(Latents shape, String text) {
        return pattern(shape, seed(text, Branch.Net.MAIN));
    }

    private static Latents pattern(Latents shape, int seed) {
        Latents common = noise(shape.channels(), shape.height(), shape.width(), 0.6, 1);
        Latents own = noise(shape.channels(), shape.height(), shape.width(), 0.4, seed);
        return LatentOps.add(common, own);
    }

    private static int seed(String text, Branch.Net net) {
        return text.hashCode() * 31 + net.name().hashCode();
    }

    /// What an evaluation gives, and the queries it asked.
    record Answered<T>(T value, List<Query> asked) {
        List<String> names() {
            return asked.stream().map(query -> query.branch().name()).toList();
        }
    }

    <T> Answered<T> run(Evaluation<T> evaluation) {
        List<Query> asked = new ArrayList<>();
        Evaluation<T> current = evaluation;
        while (true) {
            switch (current) {
                case Evaluation.Done<T>(T value) -> {
                    return new Answered<>(value, asked);
                }
                case Evaluation.Ask<T>(List<Query> queries, var then) -> {
                    asked.addAll(queries);
                    current = then.apply(queries.stream().map(this::answer).toList());
                }
                case Evaluation.Consult<T>(Consultation question, var then) -> current = then.apply(answer(question));
            }
        }
    }

    /// The exact estimate of one branch at the first state of a step.
    Prediction estimate(String branch, int step) {
        return answer(new Query(branch(branch), start, grid.level(step)));
    }

    /// One guided evaluation at the first state of a step.
    Answered<GuidanceOutcome> evaluate(String policy, int step) {
        PolicyStack stack = stack(policy);
        return run(stack.evaluate(context(step), stack.begin()));
    }

    static PolicyStack stack(String policy) {
        return Catalog.policy(Term.parseStack(policy));
    }

    /// A whole run.
    ///
    /// @param last     the last state
    /// @param outcomes of the first stage of every step
    /// @param nfe      per step
    record Path(Latents last, List<GuidanceOutcome> outcomes, List<Integer> nfe) {
        int totalNfe() {
            return nfe.stream().mapToInt(Integer::intValue).sum();
        }

        List<String> notes() {
            return outcomes.stream().flatMap(outcome -> outcome.telemetry().notes().stream()).toList();
        }
    }

    /// First-order moves `x' = alpha'*D + sigma'*n`.
    Path euler(String policy) {
        return euler(stack(policy));
    }

    Path euler(PolicyStack stack) {
        Latents x = start;
        PolicyState state = stack.begin();
        List<GuidanceOutcome> outcomes = new ArrayList<>();
        List<Integer> nfe = new ArrayList<>();
        for (int i = 0; i < grid.steps(); i++) {
            Answered<GuidanceOutcome> answered = run(stack.evaluate(context(i, 0, grid.level(i), x), state));
            outcomes.add(answered.value());
            nfe.add(answered.asked().size());
            x = move(answered.value().guided(), grid.level(i + 1));
            state = answered.value().next();
        }
        return new Path(x, outcomes, nfe);
    }

    static Latents move(Prediction guided, NoiseLevel next) {
        return LatentOps.combine(next.alpha(), guided.denoised(), next.sigma(), guided.noise());
    }

    /// The largest difference of two values relative to the largest entry of the second.
    static double distance(Latents x, Latents y) {
        double worst = 0;
        double largest = 1e-12;
        for (int i = 0; i < x.size(); i++) {
            worst = Math.max(worst, Math.abs((double) x.at(i) - y.at(i)));
            largest = Math.max(largest, Math.abs(y.at(i)));
        }
        return worst / largest;
    }
}

package org.lodestar.engine.model;

import java.util.List;
import java.util.function.Function;
import org.lodestar.engine.latent.Latents;

/// A computation that asks the network questions on its way to a result, written as a value.
///
/// Samplers and policies return one instead of calling the network: the run engine gathers the open questions of all samples and lanes, answers them in as few
/// or as many network calls as pays, and continues each computation with its answers. That is what makes linked lanes, batching, pausing and cancelling
/// possible without threads inside the mathematics. Continuations must be pure: they may be called once, on the sampler thread.
///
/// ```java
/// return denoiser.at(x, here).flatMap(first -> denoiser.at(euler(first), next).map(second -> heun(first, second)));
/// ```
public sealed interface Evaluation<T> {

    /// The result is there.
    record Done<T>(T value) implements Evaluation<T> {}

    /// The network must be asked first.
    ///
    /// @param queries at least one; all are needed
    /// @param then    what to do with the answers, given in the order of the queries
    record Ask<T>(List<Query> queries, Function<List<Prediction>, Evaluation<T>> then) implements Evaluation<T> {
        public Ask {
            queries = List.copyOf(queries);
        }
    }

    /// A companion must be consulted first. Not a network evaluation: it counts as time, not as NFE.
    ///
    /// @param question what to ask
    /// @param then     what to do with the advice, which is of the kind that `question` names
    record Consult<T>(Consultation question, Function<Advice, Evaluation<T>> then) implements Evaluation<T> {}

    static <T> Evaluation<T> done(T value) {
        return new Done<>(value);
    }

    static Evaluation<List<Prediction>> ask(List<Query> queries) {
        return new Ask<>(queries, Evaluation::done);
    }

    static Evaluation<Prediction> ask(Query query) {
        return new Ask<>(List.of(query), answers -> done(answers.getFirst()));
    }

    /// The logits of the classifier's labels for `denoised`.
    static Evaluation<List<Double>> classify(Latents denoised) {
        return consult(new Consultation.Classes(denoised), Advice.Classes.class).map(Advice.Classes::logits);
    }

    /// The direction in which `denoised` becomes more like a label.
    static Evaluation<Latents> gradient(Latents denoised, int label) {
        return consult(new Consultation.Gradient(denoised, label), Advice.Gradient.class).map(Advice.Gradient::direction);
    }

    /// How alike `denoised` and each of `texts` are, -1..1.
    static Evaluation<List<Double>> likeness(Latents denoised, List<String> texts) {
        return consult(new Consultation.Likeness(denoised, texts), Advice.Likeness.class).map(Advice.Likeness::cosines);
    }

    private static <A extends Advice> Evaluation<A> consult(Consultation question, Class<A> kind) {
        return new Consult<>(question, advice -> done(kind.cast(advice)));
    }

    /// This computation, then `next` on its result.
    default <R> Evaluation<R> flatMap(Function<? super T, Evaluation<R>> next) {
        return switch (this) {
            case Done<T>(T value) -> next.apply(value);
            case Ask<T>(List<Query> queries, Function<List<Prediction>, Evaluation<T>> then) ->
                new Ask<>(queries, answers -> then.apply(answers).flatMap(next));
            case Consult<T>(Consultation question, Function<Advice, Evaluation<T>> then) ->
                new Consult<>(question, advice -> then.apply(advice).flatMap(next));
        };
    }

    /// This computation, with its result changed by `change`.
    default <R> Evaluation<R> map(Function<? super T, ? extends R> change) {
        return flatMap(value -> done(change.apply(value)));
    }
}

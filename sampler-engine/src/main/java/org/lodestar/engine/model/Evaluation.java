package org.lodestar.engine.model;

import java.util.List;
import java.util.function.Function;

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

    static <T> Evaluation<T> done(T value) {
        return new Done<>(value);
    }

    static Evaluation<List<Prediction>> ask(List<Query> queries) {
        return new Ask<>(queries, Evaluation::done);
    }

    static Evaluation<Prediction> ask(Query query) {
        return new Ask<>(List.of(query), answers -> done(answers.getFirst()));
    }

    /// This computation, then `next` on its result.
    default <R> Evaluation<R> flatMap(Function<? super T, Evaluation<R>> next) {
        return switch (this) {
            case Done<T>(T value) -> next.apply(value);
            case Ask<T>(List<Query> queries, Function<List<Prediction>, Evaluation<T>> then) ->
                new Ask<>(queries, answers -> then.apply(answers).flatMap(next));
        };
    }

    /// This computation, with its result changed by `change`.
    default <R> Evaluation<R> map(Function<? super T, ? extends R> change) {
        return flatMap(value -> done(change.apply(value)));
    }
}

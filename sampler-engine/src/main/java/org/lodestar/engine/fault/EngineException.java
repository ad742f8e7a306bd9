package org.lodestar.engine.fault;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything the engine refuses or fails at. Cancelling is an outcome of a run, not an exception.
///
/// [#getMessage()] is written for the person at the window or the terminal: what was expected, what was found, where, and what to do.
/// The technical cause, if there is one, is [#getCause()] and belongs in the log.
public abstract sealed class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// A short, stable code to search for ("input", "model", "inference", "numbers", "resources", "output").
    public abstract String code();

    /// What is wrong, one sentence each.
    public List<String> sentences() {
        return switch (this) {
            case InvalidInput input -> input.problems().stream().map(Problem::sentence).toList();
            case ModelProblem model -> model.problems().stream().map(Problem::sentence).toList();
            default -> List.of(String.valueOf(getMessage()));
        };
    }

    /// Something the caller asked for cannot be done as asked. All problems found are reported together.
    public static final class InvalidInput extends EngineException {
        private static final long serialVersionUID = 1L;
        private final transient List<Problem> problems;

        /// @param problems at least one
        public InvalidInput(List<Problem> problems) {
            this(problems, null);
        }

        /// @param problems at least one
        public InvalidInput(List<Problem> problems, @Nullable Throwable cause) {
            super(join(problems), cause);
            this.problems = List.copyOf(problems);
        }

        /// One problem.
        public InvalidInput(String where, String expected, String found, String remedy) {
            this(List.of(new Problem(where, expected, found, remedy)));
        }

        /// What is wrong, in the order it was found.
        public List<Problem> problems() {
            return problems;
        }

        @Override
        public String code() {
            return "input";
        }
    }

    /// A model folder that cannot be used, with everything that is wrong with it.
    public static final class ModelProblem extends EngineException {
        private static final long serialVersionUID = 1L;
        private final transient List<Problem> problems;

        /// @param problems at least one
        public ModelProblem(List<Problem> problems, @Nullable Throwable cause) {
            super(join(problems), cause);
            this.problems = List.copyOf(problems);
        }

        /// What is wrong, in the order it was found.
        public List<Problem> problems() {
            return problems;
        }

        @Override
        public String code() {
            return "model";
        }
    }

    /// The network runtime failed while loading or running a graph.
    public static final class InferenceFailure extends EngineException {
        private static final long serialVersionUID = 1L;

        public InferenceFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public String code() {
            return "inference";
        }
    }

    /// Not-a-number or infinite values, or a flat result, where a picture was expected.
    public static final class NumericalFailure extends EngineException {
        private static final long serialVersionUID = 1L;

        public NumericalFailure(String message) {
            super(message, null);
        }

        @Override
        public String code() {
            return "numbers";
        }
    }

    /// Memory, disk or device ran out.
    public static sealed class OutOfResources extends EngineException {
        private static final long serialVersionUID = 1L;

        public OutOfResources(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public String code() {
            return "resources";
        }
    }

    /// A model that was refused before loading, because it needs more memory than there is. It may be loaded all the same, where the user insists.
    public static final class ModelTooLarge extends OutOfResources {
        private static final long serialVersionUID = 1L;

        public ModelTooLarge(String message) {
            super(message, null);
        }
    }

    /// A result could not be written.
    public static final class OutputFailure extends EngineException {
        private static final long serialVersionUID = 1L;

        public OutputFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public String code() {
            return "output";
        }
    }

    private static String join(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an exception about problems needs at least one problem");
        }
        return String.join("\n", problems.stream().map(Problem::sentence).toList());
    }
}

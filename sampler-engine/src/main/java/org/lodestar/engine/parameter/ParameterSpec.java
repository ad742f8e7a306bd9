package org.lodestar.engine.parameter;

import java.util.List;

/// What a parameter may be, from which checks, command-line help, documents and sliders all follow.
public sealed interface ParameterSpec {

    /// Stable name in the text form: `w` in `cfg(w=7.5)`.
    String name();

    /// What an artist calls it: "Strength".
    String label();

    /// One sentence an artist understands; the exact meaning may follow.
    String help();

    /// The value when none is given: [Double], [Boolean] or [String].
    Object fallback();

    /// A real number.
    ///
    /// @param min    least allowed value
    /// @param max    greatest allowed value
    /// @param softMax where the slider ends; larger values can be typed
    /// @param step   what one nudge changes
    /// @param unit   "", "steps", "sigma", ...
    /// @param whole  whether only whole numbers are allowed
    record Real(String name, String label, double min, double max, double softMax, double preset, double step, String unit, boolean whole, String help)
            implements ParameterSpec {
        @Override
        public Object fallback() {
            return preset;
        }
    }

    /// One of a few words.
    record Choice(String name, String label, List<String> options, String preset, String help) implements ParameterSpec {
        public Choice {
            options = List.copyOf(options);
        }

        @Override
        public Object fallback() {
            return preset;
        }
    }

    /// Yes or no; `true` or `false` in the text form.
    record Flag(String name, String label, boolean preset, String help) implements ParameterSpec {
        @Override
        public Object fallback() {
            return preset;
        }
    }

    /// Free text, quoted in the text form when it has other than letters, digits and `._-`: a prompt, points of a curve.
    record Text(String name, String label, String preset, String help) implements ParameterSpec {
        @Override
        public Object fallback() {
            return preset;
        }
    }

    /// A number whose slider ends at its greatest value.
    static Real number(String name, String label, double min, double max, double preset, double step, String help) {
        return new Real(name, label, min, max, max, preset, step, "", false, help);
    }

    /// A number whose slider ends at `softMax` while larger values up to `max` can be typed.
    static Real number(String name, String label, double min, double max, double softMax, double preset, double step, String help) {
        return new Real(name, label, min, max, softMax, preset, step, "", false, help);
    }

    /// A whole number.
    static Real whole(String name, String label, long min, long max, long preset, String help) {
        return new Real(name, label, min, max, max, preset, 1, "", true, help);
    }
}

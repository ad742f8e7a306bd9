package org.lodestar.engine.guidance;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.parameter.Descriptor;

/// What numbers that were measured on a model hold for: elsewhere others are right. The prompt is not part of it, but the negative prompt was empty.
///
/// @param model   content hash of the model, or its first [#HASH_DIGITS] digits
/// @param sampler text form, every parameter spelled out
/// @param spacing text form, every parameter spelled out
/// @param steps   number of steps
/// @param w       guidance weight of the recorded runs
/// @param width   pixels
/// @param height  pixels
public record FitKey(String model, String sampler, String spacing, int steps, double w, int width, int height) {
    /// How much of a model's hash is kept.
    public static final int HASH_DIGITS = 16;
    private static final Pattern FORM = Pattern.compile("model (\\S+), sampler (.+), spacing (.+), (\\d+) steps, w (\\S+), (\\d+)x(\\d+)");

    public FitKey {
        model = model.length() > HASH_DIGITS ? model.substring(0, HASH_DIGITS) : model;
    }

    /// The text form, which [#parse] reads back: `model 0c3a..., sampler ddim(eta=0), spacing trailing, 20 steps, w 3, 128x128`.
    public String text() {
        return "model " + model + ", sampler " + sampler + ", spacing " + spacing + ", " + steps + " steps, w " + Descriptor.plain(w) + ", " + width + "x" + height;
    }

    /// @throws EngineException.InvalidInput if the text is not a key
    public static FitKey parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        try {
            if (form.matches()) {
                return new FitKey(
                        form.group(1), form.group(2), form.group(3), Integer.parseInt(form.group(4)), Double.parseDouble(form.group(5)), Integer.parseInt(form.group(6)),
                        Integer.parseInt(form.group(7)));
            }
        } catch (NumberFormatException e) {
            throw refused(text, e);
        }
        throw refused(text, null);
    }

    private static EngineException.InvalidInput refused(String text, @Nullable NumberFormatException cause) {
        var refusal = new EngineException.InvalidInput(
                "key of a fit", "model, sampler, spacing, steps, w and size", "\"" + Problem.brief(text, 60) + "\"", "Fit again");
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }

    /// @param where names the fit, for the message
    /// @throws EngineException.InvalidInput if `runSteps` is not the number of steps this was measured with
    void requireSteps(String where, int runSteps) {
        if (steps != runSteps) {
            throw new EngineException.InvalidInput(
                    where, "a fit for " + runSteps + " steps", "one for " + steps + " steps (" + this + ")", "Set the number of steps to " + steps + ", or fit again");
        }
    }

    /// The key of a run whose weight is not one number: what its policy's numbers hold for as long as they set the weight themselves.
    public FitKey withoutWeight() {
        return new FitKey(model, sampler, spacing, steps, Double.NaN, width, height);
    }

    @Override
    public String toString() {
        return text();
    }
}

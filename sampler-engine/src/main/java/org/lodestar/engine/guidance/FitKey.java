package org.lodestar.engine.guidance;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;

/// What numbers that were measured on a model hold for: elsewhere others are right. The prompt is not part of it, but the negative prompt was empty.
///
/// @param model   content hash of the model, or its first [#HASH_DIGITS] digits
/// @param lent    content hashes, cut likewise, of the other models whose nets took part, by the role of the net
/// @param sampler text form, every parameter spelled out
/// @param spacing text form, every parameter spelled out
/// @param steps   number of steps
/// @param w       guidance weight of the recorded runs
/// @param width   pixels
/// @param height  pixels
public record FitKey(String model, Map<Branch.Net, String> lent, String sampler, String spacing, int steps, double w, int width, int height) {
    /// How much of a model's hash is kept.
    public static final int HASH_DIGITS = 16;
    private static final Pattern FORM = Pattern.compile("model (\\S+)((?: with [a-z]+ \\w+)*), sampler (.+), spacing (.+), (\\d+) steps, w (\\S+), (\\d+)x(\\d+)");
    private static final Pattern LENT = Pattern.compile(" with ([a-z]+) (\\w+)");

    public FitKey {
        model = digits(model);
        Map<Branch.Net, String> sorted = new EnumMap<>(Branch.Net.class);
        lent.forEach((role, hash) -> sorted.put(role, digits(hash)));
        lent = Collections.unmodifiableMap(sorted);
    }

    /// What was measured on a model alone.
    public FitKey(String model, String sampler, String spacing, int steps, double w, int width, int height) {
        this(model, Map.of(), sampler, spacing, steps, w, width, height);
    }

    private static String digits(String hash) {
        return hash.length() > HASH_DIGITS ? hash.substring(0, HASH_DIGITS) : hash;
    }

    /// The text form, which [#parse] reads back: `model 0c3a..., sampler ddim(eta=0), spacing trailing, 20 steps, w 3, 128x128`; with nets of other models `model 0c3a... with weak 77e1..., sampler ...`.
    public String text() {
        StringBuilder others = new StringBuilder();
        lent.forEach((role, hash) -> others.append(" with ").append(role.name().toLowerCase(Locale.ROOT)).append(' ').append(hash));
        return "model " + model + others + ", sampler " + sampler + ", spacing " + spacing + ", " + steps + " steps, w " + Descriptor.plain(w) + ", " + width + "x" + height;
    }

    /// @throws EngineException.InvalidInput if the text is not a key
    public static FitKey parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        try {
            if (form.matches()) {
                Map<Branch.Net, String> lent = new EnumMap<>(Branch.Net.class);
                LENT.matcher(form.group(2)).results().forEach(other -> lent.put(Branch.Net.valueOf(other.group(1).toUpperCase(Locale.ROOT)), other.group(2)));
                return new FitKey(
                        form.group(1), lent, form.group(3), form.group(4), Integer.parseInt(form.group(5)), Double.parseDouble(form.group(6)), Integer.parseInt(form.group(7)),
                        Integer.parseInt(form.group(8)));
            }
        } catch (IllegalArgumentException e) { // a number or a net that there is none of
            throw refused(text, e);
        }
        throw refused(text, null);
    }

    private static EngineException.InvalidInput refused(String text, @Nullable IllegalArgumentException cause) {
        return new EngineException.InvalidInput(
                List.of(new Problem("key of a fit", "model, sampler, spacing, steps, w and size", "\"" + Problem.brief(text, 60) + "\"", "Fit again")), cause);
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
        return new FitKey(model, lent, sampler, spacing, steps, Double.NaN, width, height);
    }

    @Override
    public String toString() {
        return text();
    }
}

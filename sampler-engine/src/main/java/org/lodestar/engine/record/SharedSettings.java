package org.lodestar.engine.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.A1111Text.Size;

/// What the settings text of a picture, whoever made it, says in this program's words: a spec with gaps. Whatever is missing, not understood or out of all bounds is
/// empty; ranges of the model at hand are checked when it is used.
///
/// @param prompt    what should be seen
/// @param negative  what should not be seen, "" for none
/// @param size      width and height
/// @param seed      seed
/// @param steps     number of steps
/// @param sampler   text form of a sampler
/// @param spacing   text form of a spacing
/// @param policy    text form of a policy stack
/// @param noise     id of a noise source
/// @param model     the model's name as written, for people only
/// @param modelHash first digits of its hash as written
public record SharedSettings(
        String prompt,
        String negative,
        Optional<Size> size,
        Optional<Long> seed,
        Optional<Integer> steps,
        Optional<String> sampler,
        Optional<String> spacing,
        Optional<String> policy,
        Optional<String> noise,
        Optional<String> model,
        Optional<String> modelHash) {

    private static final String GUIDANCE = "Guidance";
    private static final int MODEL_HASH_DIGITS = 10;
    private static final int MAX_STEPS = 10_000;

    private record Name(String id, String shared) {}

    private static final List<Name> SAMPLERS = List.of(
            new Name("euler", "Euler"),
            new Name("euler_a", "Euler a"),
            new Name("ddim", "DDIM"),
            new Name("ddpm", "DDPM"),
            new Name("heun", "Heun"),
            new Name("lms", "LMS"),
            new Name("dpm2", "DPM2"),
            new Name("dpm2_a", "DPM2 a"),
            new Name("dpmpp_2m", "DPM++ 2M"),
            new Name("dpmpp_2s_a", "DPM++ 2S a"),
            new Name("dpmpp_sde", "DPM++ SDE"),
            new Name("dpmpp_2m_sde", "DPM++ 2M SDE"),
            new Name("dpmpp_3m_sde", "DPM++ 3M SDE"),
            new Name("unipc", "UniPC"),
            new Name("lcm", "LCM"));

    private static final List<Name> SPACINGS = List.of(
            new Name("karras", "Karras"),
            new Name("exponential", "Exponential"),
            new Name("beta", "Beta"),
            new Name("trailing", "SGM Uniform"),
            new Name("linspace", "Uniform"),
            new Name("leading", "DDIM"));

    private static final List<Name> NOISES = List.of(new Name("torch", "CPU"), new Name("torch-stream", "CPU"), new Name("nv", "NV"), new Name("nv", "GPU"), new Name("numpy", "NumPy"));

    /// What `text` says.
    public static SharedSettings of(A1111Text text) {
        Optional<String> samplerName = text.setting("Sampler");
        Optional<Name> spacingInSampler =
                SPACINGS.stream().filter(s -> samplerName.orElse("").endsWith(" " + s.shared())).findFirst();
        Optional<String> sampler = samplerName.map(name ->
                spacingInSampler.map(s -> name.substring(0, name.length() - s.shared().length() - 1)).orElse(name));
        Optional<String> policy = text.setting(GUIDANCE)
                .filter(SharedSettings::isStack)
                .or(() -> text.number("CFG scale").map(w -> "cfg(w=" + Descriptor.plain(w) + ")"));
        Optional<String> noise = text.setting("RNG")
                .map(name -> id(NOISES, name))
                .orElse(text.settings().isEmpty() ? Optional.empty() : Optional.of("nv"));
        return new SharedSettings(
                text.prompt(),
                text.negative(),
                text.size(),
                text.whole("Seed"),
                text.whole("Steps").filter(n -> n >= 1 && n <= MAX_STEPS).map(Long::intValue),
                sampler.flatMap(name -> id(SAMPLERS, name)),
                text.setting("Schedule type").flatMap(name -> id(SPACINGS, name)).or(() -> spacingInSampler.map(Name::id)),
                policy,
                noise,
                text.setting("Model"),
                text.setting("Model hash"));
    }

    /// The settings text for a picture of ours. `CFG scale` is the weight of the policy's term that has one; a sampler or spacing that other programs have no name for is left out;
    /// `Guidance` has the whole policy.
    ///
    /// @throws EngineException.InvalidInput if the record's spec is not one
    public static A1111Text text(RunRecord record, Rgb image) {
        Fields spec = Fields.of("spec", record.spec());
        Term sampler = spec.parsed("sampler", Term::parse, Term.of("none"));
        Term spacing = spec.parsed("spacing", Term::parse, Term.of("none"));
        List<Term> asked = spec.parsed("policy", Term::parseStack, List.of());
        List<Term> policy = record.policyLog().isEmpty() ? asked : Term.parseStack(record.policyLog().getFirst().policy());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("Steps", Long.toString(spec.whole("steps", 1, MAX_STEPS)));
        shared(SAMPLERS, sampler.id()).ifPresent(name -> settings.put("Sampler", name));
        shared(SPACINGS, spacing.id()).ifPresent(name -> settings.put("Schedule type", name));
        weight(policy).ifPresent(w -> settings.put("CFG scale", w));
        settings.put("Seed", Long.toString(record.seed()));
        if (spec.has("source")) {
            settings.put("Denoising strength", Descriptor.plain(spec.object("source").number("strength")));
        }
        settings.put("Size", image.width() + "x" + image.height());
        settings.put("Model hash", record.modelHash().substring(0, Math.min(MODEL_HASH_DIGITS, record.modelHash().length())));
        settings.put("Model", record.modelName());
        shared(NOISES, spec.text("noise")).ifPresent(name -> settings.put("RNG", name));
        settings.put(GUIDANCE, Term.text(policy));
        settings.put("Version", "Lodestar " + record.versions().getOrDefault("lodestar", ""));
        A1111Text text = new A1111Text(spec.text("prompt"), spec.text("negative"), settings);
        spec.finish();
        return text;
    }

    private static Optional<String> weight(List<Term> policy) {
        return policy.stream().map(term -> term.parameters().get("w")).filter(Objects::nonNull).findFirst();
    }

    private static Optional<String> id(List<Name> names, String shared) {
        return names.stream().filter(name -> name.shared().equalsIgnoreCase(shared)).map(Name::id).findFirst();
    }

    private static Optional<String> shared(List<Name> names, String id) {
        return names.stream().filter(name -> name.id().equals(id)).map(Name::shared).findFirst();
    }

    private static boolean isStack(String text) {
        try {
            return !Term.parseStack(text).isEmpty();
        } catch (EngineException.InvalidInput e) {
            return false;
        }
    }
}

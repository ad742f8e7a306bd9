package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.CanonicalJson;
import org.lodestar.engine.record.Fields;
import org.lodestar.engine.record.Sha256;

/// [RunSpec] as canonical JSON: names sorted, no blanks; sampler, spacing and policies in their text form. Equal specs give equal text.
///
/// ```json
/// {"batch":1,"edits":[{"policy":"cfg(w=3)","step":8}],"height":128,"model":"starter","negative":"","noise":"torch","policy":"apg(w=10)","prompt":"a red fox",
///  "sampler":"ddim","seed":7,"spacing":"trailing","steps":20,"width":128}
/// ```
///
/// Where prompts are not read as plain text, `"syntax":"a1111"` or `"comfy"` says so; in an edit `"syntax"` says how they are read from there on.
///
/// Where the prompts were drawn from templates, `"template":{"negative":"","prompt":"a {red|grey} fox"}` keeps what was typed.
///
/// Nets that other models lend are `"lent":{"weak":{"hash":"...","model":"/models/small"}}`, by role.
///
/// A run from a picture has `"source":{"encoding":"sample","picture":"fox.png","pictureHash":"...","strength":0.6}` as well, with `mask` and `maskHash` if there is one.
public final class SpecJson {
    private static final String WHERE = "spec";
    private static final Term NONE = Term.of("none");

    private SpecJson() {}

    /// The text of `spec`.
    public static String text(RunSpec spec) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", spec.model());
        all.put("prompt", spec.prompt());
        all.put("negative", spec.negative());
        all.put("width", spec.width());
        all.put("height", spec.height());
        all.put("seed", spec.seed());
        all.put("batch", spec.batch());
        all.put("steps", spec.steps());
        all.put("sampler", spec.sampler().text());
        all.put("spacing", spec.spacing().text());
        all.put("policy", Term.text(spec.policy()));
        all.put("noise", spec.noise());
        if (spec.syntax() != Dialect.PLAIN) {
            all.put("syntax", spec.syntax().id());
        }
        all.put("edits", spec.edits().stream().map(SpecJson::edit).toList());
        spec.source().ifPresent(source -> all.put("source", source(source)));
        spec.template().ifPresent(template -> all.put("template", Map.of("prompt", template.prompt(), "negative", template.negative())));
        if (!spec.lent().isEmpty()) {
            all.put("lent", spec.lent().stream().collect(Collectors.toMap(net -> Lent.id(net.role()), net -> Map.of("model", net.model(), "hash", net.hash()))));
        }
        return CanonicalJson.write(all);
    }

    /// SHA-256 of [#text], hex.
    public static String hash(RunSpec spec) {
        return Sha256.of(text(spec));
    }

    /// The spec in `text`. Form is checked here; whether a sampler exists or a size fits is checked when it is run.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput with everything wrong with it: missing and unknown fields, wrong types, policies that cannot be parsed
    public static RunSpec read(String text) {
        Fields fields = Fields.of(WHERE, text);
        RunSpec spec = new RunSpec(
                fields.text("model"),
                fields.text("prompt"),
                fields.text("negative"),
                fields.whole("width", 1, Integer.MAX_VALUE),
                fields.whole("height", 1, Integer.MAX_VALUE),
                fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                fields.whole("batch", 1, Integer.MAX_VALUE),
                fields.whole("steps", 1, Integer.MAX_VALUE),
                fields.parsed("sampler", Term::parse, NONE),
                fields.parsed("spacing", Term::parse, NONE),
                fields.parsed("policy", Term::parseStack, List.of()),
                fields.text("noise"),
                edits(fields),
                fields.optional("syntax", Dialect::of, Dialect.PLAIN).orElse(Dialect.PLAIN),
                fields.has("source") ? Optional.of(source(fields.object("source"))) : Optional.empty(),
                fields.has("template") ? Optional.of(template(fields.object("template"))) : Optional.empty(),
                fields.has("lent") ? lent(fields.object("lent")) : List.of());
        fields.rejectUnknown();
        fields.finish();
        return spec;
    }

    private static Map<String, Object> source(Source source) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("picture", source.picture().path());
        all.put("pictureHash", source.picture().hash());
        all.put("strength", source.strength());
        source.mask().ifPresent(mask -> {
            all.put("mask", mask.path());
            all.put("maskHash", mask.hash());
        });
        all.put("encoding", source.encoding() == Source.Encoding.MEAN ? "mean" : "sample");
        return all;
    }

    private static Source source(Fields fields) {
        Optional<String> mask = fields.optional("mask", text -> text, "");
        Source source = new Source(
                new Source.Picture(fields.text("picture"), fields.text("pictureHash")),
                fields.number("strength"),
                mask.map(path -> new Source.Picture(path, fields.text("maskHash"))),
                fields.parsed("encoding", SpecJson::encoding, Source.Encoding.SAMPLE));
        fields.rejectUnknown();
        return source;
    }

    private static Template template(Fields fields) {
        Template template = new Template(fields.text("prompt"), fields.text("negative"));
        fields.rejectUnknown();
        return template;
    }

    private static List<Lent> lent(Fields roles) {
        List<Lent> lent = new ArrayList<>();
        for (Branch.Net role : Lent.ROLES) {
            if (roles.has(Lent.id(role))) {
                Fields net = roles.object(Lent.id(role));
                lent.add(new Lent(role, net.text("model"), net.text("hash")));
                net.rejectUnknown();
            }
        }
        roles.rejectUnknown();
        return lent;
    }

    private static Source.Encoding encoding(String text) {
        return switch (text) {
            case "sample" -> Source.Encoding.SAMPLE;
            case "mean" -> Source.Encoding.MEAN;
            default -> throw new EngineException.InvalidInput(WHERE + ", encoding", "sample or mean", text, "Correct it");
        };
    }

    private static Map<String, Object> edit(Edit edit) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("step", edit.step());
        edit.change().prompt().ifPresent(prompt -> all.put("prompt", prompt));
        edit.change().negative().ifPresent(negative -> all.put("negative", negative));
        edit.change().policy().ifPresent(policy -> all.put("policy", Term.text(policy)));
        edit.change().syntax().ifPresent(syntax -> all.put("syntax", syntax.id()));
        return all;
    }

    private static List<Edit> edits(Fields fields) {
        List<Edit> edits = new ArrayList<>();
        for (Fields entry : fields.objects("edits")) {
            int step = entry.whole("step", 0, Integer.MAX_VALUE);
            Change change = new Change(
                    entry.optional("prompt", text -> text, ""),
                    entry.optional("negative", text -> text, ""),
                    entry.optional("policy", Term::parseStack, List.of()),
                    entry.optional("syntax", Dialect::of, Dialect.PLAIN));
            edits.add(new Edit(step, change));
            entry.rejectUnknown();
        }
        return edits;
    }
}

package org.lodestar.engine.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.sampler.SamplerType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Prints what a run can be made of, from the descriptors.
final class CatalogCommand {

    private CatalogCommand() {}

    @Command(name = "samplers", description = "Lists the samplers, spacings and noise sources with every parameter.")
    static final class Samplers implements Runnable {
        private final Context context;

        @Mixin
        private final Reporting reporting = new Reporting();

        Samplers(Context context) {
            this.context = context;
        }

        @Override
        public void run() {
            Terminal terminal = context.terminal();
            if (reporting.json()) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("samplers", Catalog.samplers().stream().map(Samplers::json).toList());
                all.put("spacings", Catalog.spacings().stream().map(type -> CatalogCommand.json(type.descriptor())).toList());
                all.put("noises", Catalog.noises().stream().map(NoiseSource::id).toList());
                terminal.json(all);
                return;
            }
            terminal.result("SAMPLERS");
            for (SamplerType type : Catalog.samplers()) {
                String cost = type.evaluationsPerStep() == 1 ? "1 evaluation" : type.evaluationsPerStep() + " evaluations";
                print(terminal, type.descriptor(), "order " + type.order() + ", " + cost + " per step" + (type.stochastic() ? ", draws noise" : ""));
            }
            terminal.result("SPACINGS");
            Catalog.spacings().forEach(type -> print(terminal, type.descriptor(), ""));
            terminal.result("NOISE SOURCES");
            terminal.result("  " + String.join(", ", Catalog.noises().stream().map(NoiseSource::id).toList()));
        }

        private static Map<String, Object> json(SamplerType type) {
            Map<String, Object> all = CatalogCommand.json(type.descriptor());
            all.put("order", type.order());
            all.put("evaluationsPerStep", type.evaluationsPerStep());
            all.put("evaluationsLastStep", type.evaluationsLastStep());
            all.put("stochastic", type.stochastic());
            return all;
        }
    }

    @Command(name = "policies", description = "Lists the guidance policies with every parameter.")
    static final class Policies implements Runnable {
        private final Context context;

        @Mixin
        private final Reporting reporting = new Reporting();

        Policies(Context context) {
            this.context = context;
        }

        @Override
        public void run() {
            Terminal terminal = context.terminal();
            if (reporting.json()) {
                terminal.json(Map.of(
                        "policies",
                        Catalog.policies().stream()
                                .map(type -> {
                                    Map<String, Object> all = json(type.descriptor());
                                    all.put("slots", type.slots().stream().map(slot -> slot.name().toLowerCase(Locale.ROOT)).sorted().toList());
                                    return all;
                                })
                                .toList()));
                return;
            }
            terminal.result("POLICIES (join them with +, such as \"interval(lo=0.2,hi=5) + apg(w=10)\")");
            Catalog.policies().forEach(type -> print(terminal, type.descriptor(), ""));
        }
    }

    private static void print(Terminal terminal, Descriptor d, String more) {
        terminal.result("");
        terminal.result("  " + d.id() + "  " + d.title() + (more.isEmpty() ? "" : "  (" + more + ")"));
        terminal.result("      " + d.summary());
        if (!d.formula().isBlank()) {
            d.formula().strip().lines().forEach(line -> terminal.result("      " + line));
        }
        if (!d.reference().isBlank()) {
            terminal.result("      Source: " + d.reference() + " (" + d.fidelity().name().toLowerCase(Locale.ROOT) + ")");
        }
        d.parameters().forEach(p -> terminal.result("      " + p.name() + "  " + range(p) + "  " + p.label() + ": " + p.help()));
    }

    private static String range(ParameterSpec spec) {
        return switch (spec) {
            case ParameterSpec.Real real -> Descriptor.plain(real.min()) + " to " + Descriptor.plain(real.max())
                    + (real.unit().isEmpty() ? "" : " " + real.unit()) + (real.whole() ? ", whole" : "") + ", default " + Descriptor.plain(real.preset());
            case ParameterSpec.Choice choice -> String.join("|", choice.options()) + ", default " + choice.preset();
            case ParameterSpec.Flag flag -> "true|false, default " + flag.preset();
            case ParameterSpec.Text text -> "text, default \"" + text.preset() + "\"";
        };
    }

    private static Map<String, Object> json(Descriptor d) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("id", d.id());
        all.put("name", d.name());
        all.put("title", d.title());
        all.put("summary", d.summary());
        all.put("formula", d.formula());
        all.put("reference", d.reference());
        all.put("fidelity", d.fidelity().name().toLowerCase(Locale.ROOT));
        List<Map<String, Object>> parameters = new ArrayList<>();
        d.parameters().forEach(p -> parameters.add(json(p)));
        all.put("parameters", parameters);
        return all;
    }

    private static Map<String, Object> json(ParameterSpec spec) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", spec.name());
        all.put("label", spec.label());
        all.put("help", spec.help());
        all.put("default", spec.fallback());
        switch (spec) {
            case ParameterSpec.Real real -> {
                all.put("type", real.whole() ? "whole number" : "number");
                all.put("min", real.min());
                all.put("max", real.max());
                all.put("softMax", real.softMax());
                all.put("step", real.step());
                all.put("unit", real.unit());
            }
            case ParameterSpec.Choice choice -> {
                all.put("type", "choice");
                all.put("options", choice.options());
            }
            case ParameterSpec.Flag _ -> all.put("type", "flag");
            case ParameterSpec.Text _ -> all.put("type", "text");
        }
        return all;
    }
}

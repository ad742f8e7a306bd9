package org.lodestar.studio.guidance;

import java.util.Map;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;

/// One parameter of a sampler, a spacing or a policy: always a valid value, and why the last one offered was refused.
public final class ParameterViewModel {
    private final Descriptor owner;
    private final ParameterSpec spec;
    private final ObjectProperty<Object> value;
    private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper(this, "problem", "");

    ParameterViewModel(Descriptor owner, ParameterSpec spec, Object value) {
        this.owner = owner;
        this.spec = spec;
        this.value = new SimpleObjectProperty<>(this, "value", value);
    }

    public ParameterSpec spec() {
        return spec;
    }

    /// A [Double], [Boolean] or [String], always within its limits.
    public ObjectProperty<Object> valueProperty() {
        return value;
    }

    /// What was wrong with the last value refused, or "".
    public ReadOnlyStringProperty problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /// Takes a value of any accepted form, if the descriptor accepts it; else says why and keeps the old one.
    public void set(Object candidate) {
        try {
            value.set(owner.check(Map.of(spec.name(), candidate)).asMap().get(spec.name()));
            problem.set("");
        } catch (EngineException.InvalidInput refused) {
            problem.set(String.valueOf(refused.getMessage()));
        }
    }

    public void reset() {
        set(spec.fallback());
    }

    /// The value as shown.
    public String valueText() {
        return spec instanceof ParameterSpec.Real real && value.get() instanceof Double number
                ? Numbers.parameter(real, number)
                : String.valueOf(value.get());
    }

    /// The exact help: what it does, its range and default, its name in the text form.
    public String help() {
        String textForm = owner.id() + "(" + spec.name() + ")";
        return switch (spec) {
            case ParameterSpec.Real real ->
                Words.of(
                        "parameter.help.number",
                        real.help(),
                        Numbers.parameter(real, real.min()),
                        Numbers.parameter(real, real.max()),
                        Numbers.parameter(real, real.preset()),
                        textForm);
            case ParameterSpec.Choice choice -> Words.of("parameter.help.other", choice.help(), choice.preset(), textForm);
            case ParameterSpec.Flag flag -> Words.of("parameter.help.other", flag.help(), flag.preset(), textForm);
            case ParameterSpec.Text text -> Words.of("parameter.help.text", text.help(), textForm);
        };
    }
}

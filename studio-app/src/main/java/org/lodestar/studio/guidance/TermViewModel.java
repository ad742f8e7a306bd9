package org.lodestar.studio.guidance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;
import org.lodestar.engine.parameter.Term;

/// A chosen catalogue entry with its parameters.
public final class TermViewModel {
    private final Descriptor descriptor;
    private final List<ParameterViewModel> parameters;
    private final ReadOnlyObjectWrapper<Term> term;

    /// @param values what the parameters start from; those left out take their fallback
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput if the values do not fit
    public TermViewModel(Descriptor descriptor, Map<String, ?> values) {
        this.descriptor = descriptor;
        Parameters start = descriptor.check(values);
        this.parameters = descriptor.parameters().stream()
                .map(spec -> new ParameterViewModel(descriptor, spec, start.asMap().getOrDefault(spec.name(), spec.fallback())))
                .toList();
        this.term = new ReadOnlyObjectWrapper<>(this, "term", compute());
        parameters.forEach(parameter -> parameter.valueProperty().subscribe(() -> term.set(compute())));
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    public List<ParameterViewModel> parameters() {
        return parameters;
    }

    /// The parameter of that name.
    public ParameterViewModel parameter(String name) {
        ParameterSpec spec = descriptor.parameter(name);
        return parameters.stream().filter(one -> one.spec().equals(spec)).findFirst().orElseThrow();
    }

    /// The entry with all its parameters spelled out.
    public ReadOnlyObjectProperty<Term> termProperty() {
        return term.getReadOnlyProperty();
    }

    public Term term() {
        return term.get();
    }

    /// Name and the first parameter: "APG · strength 10.0".
    public String shortText() {
        return parameters.isEmpty()
                ? descriptor.name()
                : descriptor.name() + " · " + parameters.getFirst().spec().label().toLowerCase(java.util.Locale.ROOT) + " "
                        + parameters.getFirst().valueText();
    }

    private Term compute() {
        Map<String, Object> values = new LinkedHashMap<>();
        parameters.forEach(parameter -> values.put(parameter.spec().name(), parameter.valueProperty().get()));
        return Term.of(descriptor, descriptor.check(values));
    }
}

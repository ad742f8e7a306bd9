package org.lodestar.studio.guidance;

import java.util.List;
import java.util.Map;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Subscription;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Term;

/// One entry chosen from a list of the catalogue, with its parameters: the sampler, the spacing.
public final class ChoiceViewModel {
    private final String what;
    private final List<Descriptor> options;
    private final ReadOnlyObjectWrapper<TermViewModel> chosen;
    private final ReadOnlyObjectWrapper<Term> term;
    private Subscription following;

    /// @param what    what is chosen, for messages ("sampler")
    /// @param options at least one; the first is chosen
    public ChoiceViewModel(String what, List<Descriptor> options) {
        this.what = what;
        this.options = List.copyOf(options);
        TermViewModel first = new TermViewModel(options.getFirst(), Map.of());
        this.chosen = new ReadOnlyObjectWrapper<>(this, "chosen", first);
        this.term = new ReadOnlyObjectWrapper<>(this, "term", first.term());
        this.following = first.termProperty().subscribe(term::set);
    }

    public List<Descriptor> options() {
        return options;
    }

    public ReadOnlyObjectProperty<TermViewModel> chosenProperty() {
        return chosen.getReadOnlyProperty();
    }

    public TermViewModel chosen() {
        return chosen.get();
    }

    /// The choice with all its parameters.
    public ReadOnlyObjectProperty<Term> termProperty() {
        return term.getReadOnlyProperty();
    }

    public Term term() {
        return term.get();
    }

    /// Chooses `descriptor` with its fallbacks, unless it is chosen already.
    public void choose(Descriptor descriptor) {
        if (!descriptor.equals(chosen().descriptor())) {
            choose(new TermViewModel(descriptor, Map.of()));
        }
    }

    /// Chooses what `wanted` names.
    ///
    /// @throws EngineException.InvalidInput if it is not among the options or its parameters do not fit
    public void show(Term wanted) {
        if (wanted.equals(term())) {
            return;
        }
        Descriptor descriptor = options.stream().filter(option -> option.id().equals(wanted.id())).findFirst().orElseThrow(() ->
                new EngineException.InvalidInput(
                        what, "one of " + String.join(", ", options.stream().map(Descriptor::id).toList()), wanted.id(), "Choose one of them"));
        choose(new TermViewModel(descriptor, wanted.parameters()));
    }

    private void choose(TermViewModel next) {
        following.unsubscribe();
        chosen.set(next);
        following = next.termProperty().subscribe(term::set);
    }
}

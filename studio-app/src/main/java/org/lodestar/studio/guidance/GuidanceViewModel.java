package org.lodestar.studio.guidance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.calibration.CalibrationStore;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Slot;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.studio.text.Words;

/// A guidance stack being edited: one entry per card.
public final class GuidanceViewModel {
    private final List<PolicyType> policies;
    private final Supplier<Optional<ModelInfo>> model;
    private final ObservableList<TermViewModel> cards = FXCollections.observableArrayList();
    private final ObservableList<TermViewModel> readOnlyCards = FXCollections.unmodifiableObservableList(cards);
    private final Map<TermViewModel, Subscription> followed = new HashMap<>();
    private UnaryOperator<List<Term>> filling = UnaryOperator.identity();
    private final ReadOnlyObjectWrapper<List<Term>> stack = new ReadOnlyObjectWrapper<>(this, "stack", List.of());

    /// @param policies what can be chosen
    /// @param model    what it will run on, once that is known
    public GuidanceViewModel(List<PolicyType> policies, Supplier<Optional<ModelInfo>> model) {
        this.policies = List.copyOf(policies);
        this.model = model;
        cards.addListener((ListChangeListener<TermViewModel>) change -> {
            while (change.next()) {
                change.getRemoved().forEach(gone -> {
                    Subscription following = followed.remove(gone);
                    if (following != null) {
                        following.unsubscribe();
                    }
                });
                change.getAddedSubList().forEach(card -> followed.put(card, card.termProperty().subscribe(this::refresh)));
            }
            refresh();
        });
    }

    /// Everything that can be chosen.
    public List<PolicyType> policies() {
        return policies;
    }

    /// The cards from top to bottom, in the order of the text form.
    public ObservableList<TermViewModel> cards() {
        return readOnlyCards;
    }

    /// The stack as the cards say.
    public ReadOnlyObjectProperty<List<Term>> stackProperty() {
        return stack.getReadOnlyProperty();
    }

    public List<Term> stack() {
        return stack.get();
    }

    /// The catalogue entry of a card.
    public PolicyType type(TermViewModel card) {
        return type(card.descriptor().id());
    }

    /// Shows `terms` instead.
    ///
    /// @throws EngineException.InvalidInput if they are not in the catalogue; the cards stay
    public void show(List<Term> terms) {
        if (!terms.equals(stack.get())) {
            cards.setAll(terms.stream().map(term -> new TermViewModel(type(term.id()).descriptor(), term.parameters())).toList());
        }
    }

    /// Why `policy` cannot join the stack, or "" if it can.
    public String objection(PolicyType policy) {
        return objection(policy, null);
    }

    /// Why `policy` cannot take the place of `replaced`, or "" if it can.
    public String objection(PolicyType policy, @Nullable TermViewModel replaced) {
        for (TermViewModel card : cards) {
            if (card == replaced) {
                continue;
            }
            PolicyType other = type(card);
            if (other.descriptor().id().equals(policy.descriptor().id())) {
                return Words.of("guidance.twice", policy.descriptor().name());
            }
            Optional<Slot> both =
                    other.slots().stream().filter(Slot::takesOne).filter(policy.slots()::contains).findFirst();
            if (both.isPresent()) {
                return Words.of("guidance.taken", other.descriptor().name(), both.get().role());
            }
        }
        try {
            policy.descriptor().check(suited(policy).parameters());
        } catch (EngineException.InvalidInput refused) {
            return Words.of("guidance.unsuited", String.valueOf(refused.getMessage()));
        }
        return model.get()
                .flatMap(info -> RunCheck.missing(List.of(Term.of(policy.descriptor().id())), info.abilities()).stream().findFirst())
                .map(problem -> Words.of("guidance.missing", problem.expected()))
                .orElse("");
    }

    /// Adds a card for `policy` at the end, with the settings that suit the model.
    public void add(PolicyType policy) {
        cards.add(fresh(policy));
    }

    /// Puts `policy` in the place of `card`; parameters of the same name keep their value where it is allowed, the others get what suits the model.
    public void replace(TermViewModel card, PolicyType policy) {
        TermViewModel fresh = fresh(policy);
        List<String> shared = new ArrayList<>(card.descriptor().parameters().stream().map(ParameterSpec::name).toList());
        shared.retainAll(policy.descriptor().parameters().stream().map(ParameterSpec::name).toList());
        shared.forEach(name -> {
            if (sameRange(card.parameter(name).spec(), fresh.parameter(name).spec())) {
                fresh.parameter(name).set(card.parameter(name).valueProperty().get());
            }
        });
        cards.set(cards.indexOf(card), fresh);
    }

    /// @param filling fills numbers that were measured on the model into a stack, or throws [EngineException.InvalidInput]
    public void setFilling(UnaryOperator<List<Term>> filling) {
        this.filling = filling;
    }

    /// Whether a card has numbers that can be measured.
    public static boolean canBeMeasured(TermViewModel card) {
        return CalibrationStore.POLICIES.contains(card.descriptor().id());
    }

    /// Fills the measured numbers into `card`.
    ///
    /// @return why that is not possible, or ""
    public String fillMeasured(TermViewModel card) {
        try {
            filling.apply(stack()).get(cards.indexOf(card)).parameters().forEach((name, value) -> card.parameter(name).set(value));
            return "";
        } catch (EngineException.InvalidInput refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    public void remove(TermViewModel card) {
        cards.remove(card);
    }

    private TermViewModel fresh(PolicyType policy) {
        return new TermViewModel(policy.descriptor(), suited(policy).parameters());
    }

    private Term suited(PolicyType policy) {
        Term plain = Term.of(policy.descriptor().id());
        return model.get().map(info -> info.defaults().suited(plain)).orElse(plain);
    }

    private static boolean sameRange(ParameterSpec a, ParameterSpec b) {
        return a instanceof ParameterSpec.Real one && b instanceof ParameterSpec.Real other && one.max() == other.max() && one.min() == other.min();
    }

    private PolicyType type(String id) {
        return policies.stream()
                .filter(policy -> policy.descriptor().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new EngineException.InvalidInput(
                        "guidance",
                        "one of " + policies.stream().map(policy -> policy.descriptor().id()).collect(Collectors.joining(", ")),
                        id,
                        "Choose one of them"));
    }

    private void refresh() {
        stack.set(cards.stream().map(TermViewModel::term).toList());
    }
}

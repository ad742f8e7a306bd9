package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Slot;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.studio.guidance.GuidanceViewModel;
import org.lodestar.studio.guidance.TermViewModel;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.text.Words;

/// One lane: its guidance being edited, and what its last run shows at the selected step.
public final class LaneViewModel {
    private final GuidanceViewModel guidance;
    private final ReadOnlyIntegerWrapper index;
    private final ReadOnlyStringWrapper title = new ReadOnlyStringWrapper(this, "title", "");
    private final ReadOnlyStringWrapper madeWith = new ReadOnlyStringWrapper(this, "madeWith", "");
    private final ReadOnlyObjectWrapper<@Nullable Shown> picture = new ReadOnlyObjectWrapper<>(this, "picture");
    private final ReadOnlyObjectWrapper<LaneMetrics> metrics = new ReadOnlyObjectWrapper<>(this, "metrics", LaneMetrics.NONE);
    private @Nullable List<Term> ran;
    private String ranTitle = "";

    LaneViewModel(int index, List<PolicyType> policies, Supplier<Optional<ModelInfo>> model, List<Term> stack) {
        this.index = new ReadOnlyIntegerWrapper(this, "index", index);
        this.guidance = new GuidanceViewModel(policies, model);
        guidance.show(stack);
        guidance.stackProperty().subscribe(now -> describe());
    }

    /// 0 for lane A.
    public ReadOnlyIntegerProperty indexProperty() {
        return index.getReadOnlyProperty();
    }

    public int index() {
        return index.get();
    }

    /// "A" to "D".
    public String name() {
        return name(index.get());
    }

    static String name(int index) {
        return String.valueOf((char) ('A' + index));
    }

    /// The stack as edited; it acts at the next run.
    public GuidanceViewModel guidance() {
        return guidance;
    }

    /// The stack in short: "APG · strength 10.0".
    public ReadOnlyStringProperty titleProperty() {
        return title.getReadOnlyProperty();
    }

    /// What the picture shown was made with, if the stack was edited since; else "".
    public ReadOnlyStringProperty madeWithProperty() {
        return madeWith.getReadOnlyProperty();
    }

    /// What its last run was made with, or the stack as edited before the first.
    String ranTitle() {
        return ran == null ? title.get() : ranTitle;
    }

    public ReadOnlyObjectProperty<@Nullable Shown> pictureProperty() {
        return picture.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<LaneMetrics> metricsProperty() {
        return metrics.getReadOnlyProperty();
    }

    void moveTo(int newIndex) {
        index.set(newIndex);
    }

    void show(@Nullable Shown shown) {
        picture.set(shown);
    }

    void show(LaneMetrics numbers) {
        metrics.set(numbers);
    }

    /// A run of the stack as it is now begins. The last picture stays until the first one of this run comes, so that nothing flickers.
    void begin() {
        ran = guidance.stack();
        ranTitle = title.get();
        metrics.set(LaneMetrics.NONE);
        describe();
    }

    /// What was shown belongs to no run any more.
    void clear() {
        ran = null;
        picture.set(null);
        metrics.set(LaneMetrics.NONE);
        describe();
    }

    private void describe() {
        title.set(shortText());
        madeWith.set(ran == null || ran.equals(guidance.stack()) ? "" : ranTitle);
    }

    /// What sets the strength comes first with its value, the rest by name.
    private String shortText() {
        List<String> words = new ArrayList<>();
        for (TermViewModel card : guidance.cards()) {
            if (guidance.type(card).slots().contains(Slot.STRENGTH)) {
                words.addFirst(card.shortText());
            } else {
                words.add(card.descriptor().name());
            }
        }
        return words.isEmpty() ? Words.of("compare.unguided") : String.join(" + ", words);
    }
}

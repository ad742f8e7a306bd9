package org.lodestar.studio.form;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.LongProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleLongProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.SharedSettings;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.Template;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.schedule.SpacingType;
import org.lodestar.studio.guidance.ChoiceViewModel;
import org.lodestar.studio.prompt.CountedPrompt;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.source.SourceViewModel;

/// What a picture is made from, its guidance aside: prompts, size, steps, sampler, spacing, seed, noise, the picture to start from.
///
/// Until something is changed, and whenever another model is loaded, the form takes the model's own defaults.
public final class FormViewModel {
    /// The most steps that can be asked for.
    public static final int MOST_STEPS = 1000;

    private static final Pattern SIZE = Pattern.compile("\\s*(\\d{1,5})\\s*[x×*]\\s*(\\d{1,5})\\s*");
    private static final Size FIRST_SIZE = new Size(128, 128);
    private static final int FIRST_STEPS = 20;
    /// Seeds that are rolled are short enough to be read aloud; any can be typed.
    private static final long SEED_BOUND = 1_000_000_000;

    private final StudioSession session;
    private final RandomGenerator random;
    private final Consumer<ModelInfo.Defaults> onDefaults;

    private final ObjectProperty<Dialect> syntax = new SimpleObjectProperty<>(this, "syntax", Dialect.A1111);
    private final CountedPrompt prompt;
    private final CountedPrompt negative;
    private final ObservableList<Size> sizes = FXCollections.observableArrayList(FIRST_SIZE);
    private final ObservableList<Size> sizesView = FXCollections.unmodifiableObservableList(sizes);
    private final ObjectProperty<Size> size = new SimpleObjectProperty<>(this, "size", FIRST_SIZE);
    private final IntegerProperty steps = new SimpleIntegerProperty(this, "steps", FIRST_STEPS);
    private final ChoiceViewModel sampler;
    private final ChoiceViewModel spacing;
    private final LongProperty seed;
    private final SourceViewModel source = new SourceViewModel();
    private final ReadOnlyLongWrapper changes = new ReadOnlyLongWrapper(this, "changes");
    private String noise;
    private String adopted = "";
    private boolean touched;

    /// @param instruments what a run can be made of
    /// @param random      rolls seeds
    /// @param further     settings beside this form that count as changes of it, such as the guidance of one picture
    /// @param onDefaults  takes a model's defaults beside those of this form
    public FormViewModel(
            StudioSession session,
            Instruments instruments,
            RandomGenerator random,
            List<? extends ObservableValue<?>> further,
            Consumer<ModelInfo.Defaults> onDefaults) {
        this.session = session;
        this.random = random;
        this.onDefaults = onDefaults;
        this.noise = instruments.noise();
        this.prompt = new CountedPrompt(this, "prompt", session, syntax);
        this.negative = new CountedPrompt(this, "negative", session, syntax);
        this.sampler = new ChoiceViewModel("sampler", instruments.samplers().stream().map(SamplerType::descriptor).toList());
        this.spacing = new ChoiceViewModel("spacing", instruments.spacings().stream().map(SpacingType::descriptor).toList());
        this.seed = new SimpleLongProperty(this, "seed", random.nextLong(SEED_BOUND));
        session.modelStateProperty().subscribe(state -> {
            if (state instanceof ModelState.Ready(ModelInfo info)) {
                adopt(info);
            }
        });
        List<ObservableValue<?>> settings = new ArrayList<>(
                List.of(prompt, negative, syntax, size, steps, sampler.termProperty(), spacing.termProperty(), seed, source.sourceProperty()));
        settings.addAll(further);
        settings.forEach(setting -> setting.subscribe(() -> {
            touched = true;
            changes.set(changes.get() + 1);
        }));
    }

    public CountedPrompt promptProperty() {
        return prompt;
    }

    public CountedPrompt negativeProperty() {
        return negative;
    }

    /// How brackets in both prompts are read.
    public ObjectProperty<Dialect> syntaxProperty() {
        return syntax;
    }

    /// Sizes to offer.
    public ObservableList<Size> sizes() {
        return sizesView;
    }

    public ObjectProperty<Size> sizeProperty() {
        return size;
    }

    /// A size as typed, if it is one.
    public static Optional<Size> parseSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        return matcher.matches() ? Optional.of(new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))) : Optional.empty();
    }

    public IntegerProperty stepsProperty() {
        return steps;
    }

    public ChoiceViewModel sampler() {
        return sampler;
    }

    public ChoiceViewModel spacing() {
        return spacing;
    }

    public LongProperty seedProperty() {
        return seed;
    }

    /// Another seed.
    public void rollSeed() {
        seed.set(random.nextLong(SEED_BOUND));
    }

    /// The picture to start from.
    public SourceViewModel source() {
        return source;
    }

    /// Counts changes of anything that makes another picture.
    public ReadOnlyLongProperty changesProperty() {
        return changes.getReadOnlyProperty();
    }

    /// The form as a spec under a guidance stack, its prompts as typed.
    public RunSpec spec(List<Term> policy) {
        return new RunSpec(
                session.modelProperty().get(),
                prompt.get(),
                negative.get(),
                size.get().width(),
                size.get().height(),
                seed.get(),
                1,
                steps.get(),
                sampler.term(),
                spacing.term(),
                policy,
                noise,
                List.of())
                .withSyntax(syntax.get())
                .withSource(source.sourceProperty().get())
                .withLent(session.lentProperty().get());
    }

    /// Fills the form from `spec` with its edits applied.
    ///
    /// @throws EngineException.InvalidInput if it names something this program does not have; what could be taken is taken
    public void show(RunSpec spec) {
        RunSpec last = spec.writtenAt(spec.steps());
        syntax.set(last.syntax());
        show(prompt, last.prompt(), spec.prompt(), spec.template().map(Template::prompt));
        show(negative, last.negative(), spec.negative(), spec.template().map(Template::negative));
        size.set(new Size(last.width(), last.height()));
        steps.set(last.steps());
        seed.set(last.seed());
        noise = last.noise();
        sampler.show(last.sampler());
        spacing.show(last.spacing());
        source.show(last.source());
    }

    /// Shows what the prompts of a picture were drawn from, unless an edit replaced them, and what was drawn.
    private static void show(CountedPrompt text, String last, String first, Optional<String> template) {
        text.show(last.equals(first) ? template.orElse(last) : last, last);
    }

    /// Fills the form with what another picture's settings say; the rest stays.
    ///
    /// @throws EngineException.InvalidInput if it names something this program does not have; what could be taken is taken
    public void show(SharedSettings settings) {
        syntax.set(Dialect.A1111);
        prompt.set(settings.prompt());
        negative.set(settings.negative());
        settings.size().ifPresent(found -> size.set(new Size(found.width(), found.height())));
        settings.steps().ifPresent(steps::set);
        settings.noise().ifPresent(found -> noise = found);
        settings.seed().ifPresent(seed::set);
        settings.sampler().map(Term::parse).ifPresent(sampler::show);
        settings.spacing().map(Term::parse).ifPresent(spacing::show);
    }

    /// Shows below the prompts what was drawn from them for a run.
    public void showDrawn(RunSpec run) {
        prompt.show(prompt.get(), run.prompt());
        negative.show(negative.get(), run.negative());
    }

    private void adopt(ModelInfo info) {
        sizes.setAll(info.sizes().presets());
        boolean another = !adopted.isEmpty() && !adopted.equals(info.contentHash());
        adopted = info.contentHash();
        if (!touched || another) {
            size.set(info.defaults().size());
            steps.set(info.defaults().steps());
            sampler.show(Term.parse(info.defaults().sampler()));
            spacing.show(Term.parse(info.defaults().spacing()));
            onDefaults.accept(info.defaults());
            touched = false;
        }
    }
}

package org.lodestar.studio.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.FoundModel;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.MemoryNeed;
import org.lodestar.engine.pack.ModelSearch;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;

/// Models found in the user's folders, and the one that is loaded.
public final class ModelsViewModel {
    private final StudioSession session;
    private final Executor background;
    private final Executor window;
    private final Consumer<Path> opener;
    private final ObservableList<FoundModel> found = FXCollections.observableArrayList();
    private final ObservableList<FoundModel> readOnlyFound = FXCollections.unmodifiableObservableList(found);
    private final ReadOnlyBooleanWrapper searching = new ReadOnlyBooleanWrapper(this, "searching");
    private CancelToken search = new CancelToken();

    /// @param background where folders are read
    /// @param window     the window's thread
    /// @param opener     shows a folder in the system's file manager
    public ModelsViewModel(StudioSession session, Executor background, Executor window, Consumer<Path> opener) {
        this.session = session;
        this.background = background;
        this.window = window;
        this.opener = opener;
    }

    StudioSession session() {
        return session;
    }

    /// Sound and damaged models, in the order they were found.
    public ObservableList<FoundModel> found() {
        return readOnlyFound;
    }

    public ReadOnlyBooleanProperty searchingProperty() {
        return searching.getReadOnlyProperty();
    }

    /// Searches all folders anew; a search under way is given up.
    public void search() {
        search.cancel();
        CancelToken mine = new CancelToken();
        search = mine;
        found.clear();
        searching.set(true);
        List<Path> folders = session.settingsProperty().get().modelFolders();
        background.execute(() -> {
            try {
                ModelSearch.walk(folders, mine, model -> deliver(mine, () -> found.add(model)));
            } finally {
                deliver(mine, () -> searching.set(false));
            }
        });
    }

    /// Gives the search up; what was found stays.
    public void stop() {
        search.cancel();
        searching.set(false);
    }

    private void deliver(CancelToken from, Runnable change) {
        window.execute(() -> {
            if (!from.isCancelled()) {
                change.run();
            }
        });
    }

    /// Looks for models in `folder` too.
    public void addFolder(Path folder) {
        List<Path> folders = new ArrayList<>(session.settingsProperty().get().modelFolders());
        if (!folders.contains(folder)) {
            folders.add(folder);
            session.changeModelFolders(folders);
            search();
        }
    }

    /// Looks no more in `folder`, which is left as it is.
    public void removeFolder(Path folder) {
        session.changeModelFolders(session.settingsProperty().get().modelFolders().stream().filter(each -> !each.equals(folder)).toList());
        search();
    }

    /// Loads `model`, if it can be loaded.
    public void use(FoundModel model) {
        if (model.report().usable()) {
            session.use(model.report().folder());
        }
    }

    /// Puts the denoiser of `model` beside that of the loaded model, as its weaker sibling or as the second of two to mix.
    public void lend(FoundModel model, Branch.Net role) {
        if (canLend(model)) {
            session.borrow(model.report().folder(), role);
        }
    }

    /// Whether `model` can be put beside the loaded one.
    public boolean canLend(FoundModel model) {
        return model.report().usable() && session.model().isPresent() && !isLoaded(model);
    }

    /// What other models lend the loaded one, in the words of the screen.
    public Map<Branch.Net, String> lenders() {
        Map<Branch.Net, String> names = new LinkedHashMap<>();
        session.lentProperty().get().forEach(net -> names.put(net.role(), Words.of("models.lent." + Lent.id(net.role()), name(net.model()))));
        return names;
    }

    /// The name on the card of the model in a folder, else the folder.
    private String name(String model) {
        return found.stream().map(FoundModel::report).filter(report -> report.folder().toString().equals(model)).map(PackageReport::name).findFirst().orElse(model);
    }

    /// Does without what is lent in `role`.
    public void giveBack(Branch.Net role) {
        session.giveBack(role);
    }

    /// Shows the files of `model` in the system's file manager.
    public void openFolder(FoundModel model) {
        opener.accept(model.report().folder());
    }

    /// What is wrong with a folder in which models are looked for, as a sentence.
    public static Optional<String> problem(Path folder) {
        return Files.isDirectory(folder) ? Optional.empty() : Optional.of(Words.of("models.folder.missing"));
    }

    /// What there is to say of `model` on a machine with `memory` bytes, where it comes near that or needs more.
    static Optional<String> warning(FoundModel model, long memory) {
        return model.memory().flatMap(need -> need.check(memory, true));
    }

    /// The same for this machine.
    public static Optional<String> warning(FoundModel model) {
        return MemoryNeed.ofThisMachine().flatMap(memory -> warning(model, memory));
    }

    /// Whether `model` is in memory.
    public boolean isLoaded(FoundModel model) {
        return session.model().map(info -> info.folder().toAbsolutePath().normalize().equals(model.report().folder())).orElse(false);
    }

    /// What there is to say of the model in memory, as a sentence.
    public static String sentence(ModelState state) {
        return switch (state) {
            case ModelState.Loading(String phase, double fraction) ->
                phase.isEmpty() ? Words.of("status.loadingModel") : Words.of("status.loading", phase, Numbers.percent(fraction));
            case ModelState.Ready(var info) -> Words.of("models.loaded", info.name(), info.device().label());
            case ModelState.Unloaded _ -> Words.of("status.unloaded");
            case ModelState.Unusable(String why, boolean _) -> why;
        };
    }

    /// Family, size on disk and memory of `model` in one line; that there is nothing, where there is no network, or that nobody can tell.
    public static String facts(FoundModel model) {
        if (model.bytes().isEmpty()) {
            return Words.of("models.unreadable");
        }
        if (!model.report().usable() && model.report().components().isEmpty()) {
            return Words.of("models.nothing");
        }
        String all = model.report().family() + " · " + Words.of("models.disk", Numbers.bytes(model.bytes().getAsLong()));
        return model.memory().map(need -> all + " · " + Words.of("models.memory", need.text())).orElse(all);
    }
}

package org.lodestar.studio.models;

import java.io.File;
import java.nio.file.Path;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.FoundModel;
import org.lodestar.engine.pack.Lent;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.control.QuietScroll;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;

/// The Models screen: folders on the left, what was found in them in the middle.
public final class ModelsView extends BorderPane {
    private final ModelsViewModel model;
    private final VBox cards = new VBox();
    private final VBox folders = new VBox();
    private final Label state = new Label();
    private final VBox lenders = new VBox();
    private final Label refused = problem("");
    private final Button search = new Button(Words.of("models.search"));
    private final Button cancel = new Button(Words.of("models.cancel"));
    private final Button anyway = new Button(Words.of("models.anyway"));
    private final Button unload = new Button(Words.of("models.unload"));

    public ModelsView(ModelsViewModel model) {
        this.model = model;
        setLeft(side());
        cards.getStyleClass().addAll("form", "cards");
        cards.setId("model-cards");
        QuietScroll scroll = new QuietScroll(cards);
        scroll.getStyleClass().add("models-scroll");
        scroll.setFocusTraversable(true);
        scroll.setAccessibleText(Words.of("models.found"));
        setCenter(scroll);
        model.session().settingsProperty().subscribe(this::listFolders);
        model.session().modelStateProperty().subscribe(this::showState);
        model.session().lentProperty().subscribe(this::listLenders);
        model.session().refusedLenderProperty().subscribe(this::showState);
        model.found().addListener((ListChangeListener<FoundModel>) change -> listModels());
        model.searchingProperty().subscribe(this::listModels);
    }

    public Node firstFocus() {
        return search;
    }

    /// F5 searches, Escape stops a search and loading.
    public void onKey(KeyEvent event) {
        if (event.getCode() == KeyCode.F5) {
            model.search();
            event.consume();
        } else if (event.getCode() == KeyCode.ESCAPE) {
            model.stop();
            model.session().cancelLoading();
            event.consume();
        }
    }

    private Node side() {
        Label title = new Label(Words.of("models.inMemory"));
        title.getStyleClass().add("floating-title");
        state.setWrapText(true);
        state.setId("models-state");
        state.setMinHeight(USE_PREF_SIZE);
        state.getStyleClass().add("card-sentence");
        refused.setId("models-refused");
        style(cancel, "models-cancel");
        cancel.setOnAction(event -> model.session().cancelLoading());
        style(anyway, "models-anyway");
        anyway.setOnAction(event -> model.session().loadAnyway());
        style(unload, "models-unload");
        unload.setOnAction(event -> model.session().unload());
        Label where = new Label(Words.of("models.folders"));
        where.getStyleClass().add("floating-title");
        folders.getStyleClass().add("field");
        lenders.getStyleClass().add("field");
        lenders.setId("models-lenders");
        Button add = new Button(Words.of("models.add"), Icons.icon(Feather.FOLDER_PLUS));
        add.getStyleClass().add("link-button");
        add.setOnAction(event -> choose());
        style(search, "models-search");
        search.setOnAction(event -> model.search());
        VBox form = new VBox(title, state, lenders, refused, new HBox(8, cancel, anyway, unload), where, folders, add, search);
        form.getStyleClass().addAll("side", "form");
        return form;
    }

    private static void style(Button button, String id) {
        button.setId(id);
        button.getStyleClass().add("stop");
    }

    private void choose() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(Words.of("models.add"));
        File chosen = chooser.showDialog(getScene().getWindow());
        if (chosen != null) {
            model.addFolder(chosen.toPath());
        }
    }

    /// Models whose nets work beside the loaded one, each with a way to do without it.
    private void listLenders() {
        lenders.getChildren().setAll(model.lenders().entrySet().stream().map(lender -> row(lender.getValue(), Words.of("models.lent.remove"), () -> model.giveBack(lender.getKey()))).toList());
        show(lenders, !lenders.getChildren().isEmpty());
    }

    private void listFolders() {
        folders.getChildren().setAll(model.session().settingsProperty().get().modelFolders().stream().map(this::folderRow).toList());
    }

    private Node folderRow(Path folder) {
        HBox row = row(folder.toString(), Words.of("models.remove", folder), () -> model.removeFolder(folder));
        return ModelsViewModel.problem(folder).<Node>map(sentence -> new VBox(row, sentence(sentence))).orElse(row);
    }

    private static HBox row(String text, String removing, Runnable remove) {
        Label name = sentence(text);
        name.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(name, Priority.ALWAYS);
        Button button = Icons.button(Feather.X, removing);
        button.setOnAction(event -> remove.run());
        HBox row = new HBox(name, button);
        row.setAlignment(Pos.CENTER_LEFT);
        return row;
    }

    private void showState() {
        ModelState now = model.session().modelStateProperty().get();
        state.setText(ModelsViewModel.sentence(now));
        show(cancel, now instanceof ModelState.Loading);
        ModelState.Unusable lender = model.session().refusedLenderProperty().get();
        show(anyway, (now instanceof ModelState.Unusable(String _, boolean tooLarge) && tooLarge) || (lender != null && lender.tooLarge()));
        refused.setText(lender == null ? "" : Words.of("models.lent.refused", lender.sentence()));
        show(refused, !refused.getText().isEmpty());
        show(unload, now instanceof ModelState.Ready);
        if (!(now instanceof ModelState.Loading) || cards.getChildren().isEmpty()) {
            listModels();
        }
    }

    private static void show(Node node, boolean visible) {
        node.setVisible(visible);
        node.setManaged(visible);
    }

    private void listModels() {
        cards.getChildren().setAll(model.found().stream().map(this::card).toList());
        if (model.searchingProperty().get()) {
            cards.getChildren().add(sentence(Words.of("models.searching")));
        } else if (model.found().isEmpty()) {
            cards.getChildren().add(sentence(Words.of("models.empty")));
        }
    }

    private static Label sentence(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMinHeight(USE_PREF_SIZE);
        label.getStyleClass().add("card-sentence");
        return label;
    }

    private Node card(FoundModel found) {
        boolean loaded = model.isLoaded(found);
        Label name = new Label(found.report().name());
        name.getStyleClass().add("card-name");
        name.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(name, Priority.ALWAYS);
        Button use = new Button(Words.of(loaded ? "models.inUse" : "models.use"));
        use.getStyleClass().add("link-button");
        use.setAccessibleText(use.getText() + ": " + found.report().name());
        use.setDisable(loaded || !found.report().usable());
        use.setOnAction(event -> model.use(found));
        Button open = new Button(Words.of("models.open"));
        open.getStyleClass().add("link-button");
        open.setAccessibleText(open.getText() + ": " + found.report().name());
        open.setOnAction(event -> model.openFolder(found));
        HBox header = new HBox(8, name, beside(found), open, use);
        header.setAlignment(Pos.CENTER_LEFT);
        VBox card = new VBox(header, sentence(ModelsViewModel.facts(found)), sentence(found.report().folder().toString()));
        card.getStyleClass().add("card");
        for (Problem problem : found.report().problems()) {
            card.getChildren().add(problem(problem.sentence()));
        }
        ModelsViewModel.warning(found).ifPresent(warning -> card.getChildren().add(problem(warning)));
        return card;
    }

    /// The ways to put a model beside the loaded one.
    private Node beside(FoundModel found) {
        MenuButton menu = new MenuButton(Words.of("models.lend"));
        menu.getStyleClass().add("link-button");
        menu.setAccessibleText(menu.getText() + ": " + found.report().name());
        menu.setTooltip(new Hint(Words.of("models.lend.hint")));
        show(menu, model.canLend(found));
        for (Branch.Net role : Lent.ROLES) {
            MenuItem item = new MenuItem(Words.of("models.lend." + Lent.id(role)));
            item.setOnAction(event -> model.lend(found, role));
            menu.getItems().add(item);
        }
        return menu;
    }

    private static Label problem(String text) {
        Label wrong = sentence(text);
        wrong.getStyleClass().setAll("label", "problem");
        wrong.setMaxWidth(Double.MAX_VALUE);
        return wrong;
    }
}

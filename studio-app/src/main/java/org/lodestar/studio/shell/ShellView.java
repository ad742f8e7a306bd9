package org.lodestar.studio.shell;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextInputControl;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.Dragboard;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.SVGPath;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.studio.control.Hint;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;
import org.lodestar.studio.theme.Look;
import org.lodestar.studio.theme.Theme;

/// Everything around the screens: the bar with their tabs on top, the status bar below, and what floats above them.
public final class ShellView extends StackPane {
    private static final String STAR = "M8 0 L9.9 6.1 L16 8 L9.9 9.9 L8 16 L6.1 9.9 L0 8 L6.1 6.1 Z";

    private final StudioSession session;
    private final List<Screen> screens;
    private final BorderPane window = new BorderPane();
    private final ObjectProperty<Screen> current;
    private final StackPane shade = new StackPane();
    private final Node shortcuts = new ShortcutList(this::closeFloating);
    private final Node settings;
    private @Nullable Node focusBefore;

    /// @param screens at least one; the first one opens
    /// @param dropped told of a PNG file that was dropped on the window
    public ShellView(StudioSession session, StatusViewModel status, List<Screen> screens, Consumer<Path> dropped) {
        this.session = session;
        this.screens = List.copyOf(screens);
        this.current = new SimpleObjectProperty<>(this, "current", screens.getFirst());
        this.settings = new SettingsPane(session, this::closeFloating);
        getStyleClass().add("shell");
        window.setTop(topBar());
        window.setBottom(new StatusBar(status));
        shade.getStyleClass().add("shade");
        shade.setVisible(false);
        shade.setOnMouseClicked(event -> {
            if (shade.equals(event.getTarget())) {
                closeFloating();
            }
        });
        getChildren().addAll(window, shade);
        current.subscribe(screen -> window.setCenter(screen.content()));
        addEventFilter(KeyEvent.KEY_PRESSED, this::onFilteredKey);
        addEventHandler(KeyEvent.KEY_PRESSED, this::onKey);
        setOnDragOver(event -> {
            if (picture(event.getDragboard()).isPresent()) {
                event.acceptTransferModes(TransferMode.COPY);
                event.consume();
            }
        });
        setOnDragDropped(event -> {
            Optional<Path> file = picture(event.getDragboard());
            file.ifPresent(dropped);
            event.setDropCompleted(file.isPresent());
            event.consume();
        });
        sceneProperty().subscribe(scene -> {
            if (scene != null) {
                Look.apply(session.settingsProperty().get().theme(), scene);
            }
        });
        session.settingsProperty().map(now -> now.theme()).subscribe(this::show);
    }

    private static Optional<Path> picture(Dragboard board) {
        return board.getFiles().stream().filter(file -> file.getName().toLowerCase(Locale.ROOT).endsWith(".png")).map(File::toPath).findFirst();
    }

    /// The screen that is open.
    public ReadOnlyObjectProperty<Screen> currentProperty() {
        return current;
    }

    /// Opens the screen of that id, if there is one.
    public void open(String id) {
        find(id).ifPresent(screen -> {
            current.set(screen);
            screen.firstFocus().requestFocus();
        });
    }

    private Optional<Screen> find(String id) {
        return screens.stream().filter(screen -> screen.id().equals(id)).findFirst();
    }

    private void show(Theme theme) {
        if (getScene() != null) {
            Look.apply(theme, getScene());
        }
    }

    private Node topBar() {
        SVGPath star = new SVGPath();
        star.setContent(STAR);
        star.getStyleClass().add("star");
        Label name = new Label(Words.of("app.name"), star);
        name.getStyleClass().add("app-name");
        name.setMinWidth(Region.USE_PREF_SIZE);
        HBox tabs = tabs();
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Button theme = Icons.button(Feather.SUN, Words.of("shell.theme"));
        theme.setId("theme");
        theme.setOnAction(event -> session.changeTheme(session.settingsProperty().get().theme().other()));
        session.settingsProperty().subscribe(now -> theme.setGraphic(Icons.icon(now.theme() == Theme.DARK ? Feather.SUN : Feather.MOON)));
        Button keys = Icons.button(Feather.HELP_CIRCLE, Words.of("shell.keys"));
        keys.setId("keys");
        keys.setOnAction(event -> floatUp(shortcuts, Pos.CENTER));
        Button options = Icons.button(Feather.SETTINGS, Words.of("shell.settings"));
        options.setId("open-settings");
        options.setOnAction(event -> floatUp(settings, Pos.TOP_RIGHT));
        Button model = modelPill();
        HBox.setMargin(model, new Insets(0, 8, 0, 0));
        HBox bar = new HBox(name, tabs, gap, model, theme, keys, options);
        bar.getStyleClass().add("top-bar");
        return bar;
    }

    private HBox tabs() {
        ToggleGroup group = new ToggleGroup();
        HBox tabs = new HBox();
        tabs.getStyleClass().add("tabs");
        for (Screen screen : screens) {
            ToggleButton tab = new ToggleButton(screen.name());
            tab.getStyleClass().setAll("tab-button");
            tab.setId("tab-" + screen.id());
            tab.setToggleGroup(group);
            tab.setMinWidth(Region.USE_PREF_SIZE);
            tab.setOnAction(event -> open(screen.id()));
            current.subscribe(now -> tab.setSelected(now.id().equals(screen.id())));
            tabs.getChildren().add(tab);
        }
        return tabs;
    }

    /// Says which model is in memory; pressed, it opens the screen where another can be chosen.
    private Button modelPill() {
        Button pill = new Button();
        pill.getStyleClass().setAll("pill");
        pill.setId("model");
        pill.setOnAction(event -> open("models"));
        Hint tooltip = new Hint();
        pill.setTooltip(tooltip);
        session.modelStateProperty().subscribe(state -> {
            pill.setText(
                    switch (state) {
                        case ModelState.Loading _ -> Words.of("shell.model.loading");
                        case ModelState.Ready(ModelInfo info) ->
                            info.name() + " · " + Words.of("shell.model.size", info.defaults().size().width());
                        case ModelState.Unloaded _ -> Words.of("shell.model.unloaded");
                        case ModelState.Unusable _ -> Words.of("shell.model.none");
                    });
            tooltip.setText(
                    switch (state) {
                        case ModelState.Loading _ -> Words.of("status.loadingModel");
                        case ModelState.Ready(ModelInfo info) ->
                            String.join("\n", info.notes().isEmpty() ? List.of(info.name(), info.folder().toString()) : info.notes());
                        case ModelState.Unloaded _ -> Words.of("status.unloaded");
                        case ModelState.Unusable(String sentence, boolean _) -> sentence;
                    });
        });
        return pill;
    }

    private void floatUp(Node node, Pos where) {
        if (getScene() != null) {
            focusBefore = getScene().getFocusOwner();
        }
        shade.getChildren().setAll(node);
        StackPane.setAlignment(node, where);
        shade.setVisible(true);
        node.lookupAll(".button, .toggle-button, .combo-box").stream()
                .filter(control -> !FloatingTitle.CLOSE.equals(control.getId()))
                .findFirst()
                .ifPresentOrElse(Node::requestFocus, shade::requestFocus);
    }

    private void closeFloating() {
        shade.setVisible(false);
        shade.getChildren().clear();
        if (focusBefore != null) {
            focusBefore.requestFocus();
        }
    }

    private void onFilteredKey(KeyEvent event) {
        if (shade.isVisible() && (event.getCode() == KeyCode.ESCAPE || event.getCode() == KeyCode.F1)) {
            closeFloating();
            event.consume();
        } else if (!shade.isVisible()) {
            current.get().keys().accept(event);
        }
    }

    private void onKey(KeyEvent event) {
        int screen = event.isAltDown() && event.getCode().isDigitKey() ? Integer.parseInt(event.getCode().getChar()) - 1 : -1;
        if (screen >= 0 && screen < screens.size()) {
            open(screens.get(screen).id());
            event.consume();
        } else if (event.isShortcutDown() && event.getCode() == KeyCode.T) {
            session.changeTheme(session.settingsProperty().get().theme().other());
            event.consume();
        } else if (event.getCode() == KeyCode.F1 || ("?".equals(event.getText()) && !(event.getTarget() instanceof TextInputControl))) {
            floatUp(shortcuts, Pos.CENTER);
            event.consume();
        }
    }
}

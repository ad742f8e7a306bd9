package org.lodestar.studio.shell;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.studio.control.InWords;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.PreviewStyle;
import org.lodestar.studio.session.Settings;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Icons;
import org.lodestar.studio.theme.Theme;

/// Theme, folders, device; every change holds at once and is kept.
final class SettingsPane extends VBox {
    private final StudioSession session;

    /// @param close takes it away
    SettingsPane(StudioSession session, Runnable close) {
        this.session = session;
        getStyleClass().add("floating");
        setMaxHeight(USE_PREF_SIZE);
        setId("settings");
        Label problem = new Label();
        problem.getStyleClass().add("problem");
        problem.setWrapText(true);
        problem.textProperty().bind(session.settingsProblemProperty());
        problem.visibleProperty().bind(session.settingsProblemProperty().isNotEmpty());
        problem.managedProperty().bind(problem.visibleProperty());
        getChildren()
                .addAll(
                        new FloatingTitle(Words.of("settings.title"), close),
                        row(Words.of("settings.theme"), themes()),
                        row(Words.of("settings.folder"), folder("output-folder", "settings.folder", Settings::outputFolder, session::changeOutputFolder)),
                        row(Words.of("settings.wildcards"), folder("wildcard-folder", "settings.wildcards", Settings::wildcardFolder, session::changeWildcardFolder)),
                        row(Words.of("settings.previews"), previews()),
                        row(Words.of("settings.device"), device()),
                        attempts(),
                        problem);
    }

    private static VBox row(String name, Node control) {
        Label label = new Label(name);
        label.getStyleClass().add("caption");
        label.setLabelFor(control);
        VBox row = new VBox(label, control);
        row.getStyleClass().add("field");
        return row;
    }

    private Node themes() {
        ToggleGroup group = new ToggleGroup();
        HBox box = new HBox();
        box.getStyleClass().add("segments");
        for (Theme theme : Theme.values()) {
            ToggleButton button = new ToggleButton(Words.of("theme." + theme));
            button.setToggleGroup(group);
            button.setMaxWidth(Double.MAX_VALUE);
            HBox.setHgrow(button, Priority.ALWAYS);
            button.getStyleClass().add(theme == Theme.DARK ? "left-pill" : "right-pill");
            button.setOnAction(event -> {
                button.setSelected(true);
                session.changeTheme(theme);
            });
            session.settingsProperty().subscribe(settings -> button.setSelected(settings.theme() == theme));
            box.getChildren().add(button);
        }
        return box;
    }

    private Node folder(String id, String name, Function<Settings, Path> now, Consumer<Path> change) {
        TextField field = new TextField();
        field.setId(id);
        field.setAccessibleText(Words.of(name));
        HBox.setHgrow(field, Priority.ALWAYS);
        session.settingsProperty().subscribe(settings -> field.setText(now.apply(settings).toString()));
        field.setOnAction(event -> take(field, now, change));
        field.focusedProperty().subscribe(focused -> {
            if (!focused) {
                take(field, now, change);
            }
        });
        Button choose = Icons.button(Feather.FOLDER, Words.of("settings.folder.choose"));
        choose.setOnAction(event -> choose(Words.of(name), now, change));
        HBox row = new HBox(field, choose);
        row.getStyleClass().add("seed-row");
        return row;
    }

    private void take(TextField field, Function<Settings, Path> now, Consumer<Path> change) {
        try {
            Path typed = Path.of(field.getText().strip());
            if (typed.isAbsolute() && !typed.equals(now.apply(session.settingsProperty().get()))) {
                change.accept(typed);
            }
        } catch (InvalidPathException e) {
            // Not a folder on this system: what holds is shown again below.
        }
        field.setText(now.apply(session.settingsProperty().get()).toString());
    }

    private void choose(String title, Function<Settings, Path> now, Consumer<Path> change) {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(title);
        File current = now.apply(session.settingsProperty().get()).toFile();
        if (current.isDirectory()) {
            chooser.setInitialDirectory(current);
        }
        File chosen = chooser.showDialog(getScene().getWindow());
        if (chosen != null) {
            change.accept(chosen.toPath());
        }
    }

    private Node previews() {
        ComboBox<PreviewStyle> box = new ComboBox<>();
        box.setId("previews");
        box.setAccessibleText(Words.of("settings.previews"));
        box.getItems().setAll(PreviewStyle.values());
        box.setMaxWidth(Double.MAX_VALUE);
        box.setConverter(new InWords<>(style -> Words.of("previews." + style)));
        session.settingsProperty().subscribe(settings -> box.setValue(settings.previews()));
        box.valueProperty().subscribe(style -> {
            if (style != session.settingsProperty().get().previews()) {
                session.changePreviews(style);
            }
        });
        return box;
    }

    /// What can be wished for, with what cannot be had here greyed and its reason under it, and a button for the file of a plugin.
    private Node device() {
        ComboBox<DeviceWish> box = new ComboBox<>();
        box.setId("device");
        box.setAccessibleText(Words.of("settings.device"));
        box.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(box, Priority.ALWAYS);
        box.setCellFactory(list -> new DeviceCell(session));
        box.setConverter(new InWords<>(SettingsPane::name));
        session.settingsProperty().subscribe(settings -> {
            List<DeviceWish> offered = new ArrayList<>(List.of(DeviceWish.AUTO, DeviceWish.CPU, DeviceWish.CUDA, DeviceWish.TENSORRT, DeviceWish.COREML));
            if (!offered.contains(settings.device())) {
                offered.add(settings.device());
            }
            if (!box.getItems().equals(offered)) {
                box.getItems().setAll(offered);
            }
            box.setValue(settings.device());
        });
        box.valueProperty().subscribe(wish -> {
            if (wish != null && !wish.equals(session.settingsProperty().get().device())) {
                session.changeDevice(wish);
            }
        });
        box.showingProperty().subscribe(showing -> {
            if (showing) {
                session.tryDevices();
            }
        });
        Button plugin = Icons.button(Feather.FOLDER, Words.of("settings.device.plugin"));
        plugin.setId("device-plugin");
        plugin.setOnAction(event -> choosePlugin());
        HBox row = new HBox(box, plugin);
        row.getStyleClass().add("seed-row");
        return row;
    }

    private void choosePlugin() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(Words.of("settings.device.plugin"));
        File chosen = chooser.showOpenDialog(getScene().getWindow());
        if (chosen != null) {
            session.changeDevice(DeviceWish.plugin(chosen.toPath()));
        }
    }

    static String name(DeviceWish wish) {
        return wish.library().map(file -> Words.of("device.PLUGIN", file.getFileName())).orElseGet(() -> Words.of("device." + wish.kind()));
    }

    /// What was tried, and why it is not used.
    private Node attempts() {
        Label label = new Label();
        label.getStyleClass().add("card-sentence");
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        session.modelStateProperty()
                .subscribe(state -> label.setText(
                        switch (state) {
                            case ModelState.Loading _ -> Words.of("status.loadingModel");
                            case ModelState.Ready(var info) -> words(info.device());
                            case ModelState.Unloaded _ -> Words.of("status.unloaded");
                            case ModelState.Unusable(String sentence, boolean _) -> sentence;
                        }));
        return label;
    }

    private static String words(Device device) {
        StringBuilder words = new StringBuilder(Words.of("settings.runsOn", device.label()));
        device.attempts().stream()
                .filter(attempt -> !attempt.worked())
                .forEach(attempt -> words.append('\n').append(attempt.provider()).append(": ").append(attempt.reason()));
        return words.toString();
    }
}

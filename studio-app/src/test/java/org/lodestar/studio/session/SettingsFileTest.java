package org.lodestar.studio.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.studio.theme.Theme;

class SettingsFileTest {
    @TempDir
    Path folder;

    private Settings initial() {
        return Settings.initial(folder.resolve("pictures"), folder.resolve("wildcards"), List.of(folder.resolve("models")));
    }

    @Test
    void whatWasSavedIsRead() {
        SettingsFile file = new SettingsFile(folder.resolve("deep").resolve("settings.json"));
        Settings chosen = new Settings(Theme.LIGHT, folder.resolve("elsewhere ü"), folder.resolve("lists"), DeviceWish.CPU, List.of(folder.resolve("models ü"), folder.resolve("more")), ModelChoice.of(folder.resolve("model ü").toString()).borrowing(Lent.by("starter", Branch.Net.WEAK)).borrowing(Lent.by(folder.resolve("other").toString(), Branch.Net.SECOND)), PreviewStyle.EVERY_STEP);
        file.save(chosen);
        assertThat(file.load(initial())).isEqualTo(chosen);
    }

    @Test
    void everyDeviceIsKept() throws IOException {
        SettingsFile file = new SettingsFile(folder.resolve("devices.json"));
        for (DeviceWish wish : List.of(DeviceWish.AUTO, DeviceWish.CPU, DeviceWish.CUDA, DeviceWish.TENSORRT, DeviceWish.COREML, DeviceWish.plugin(folder.resolve("provider ü.so")))) {
            file.save(initial().withDevice(wish));
            assertThat(file.load(initial()).device()).isEqualTo(wish);
        }
        assertThat(Files.readString(file.file())).contains("plugin:");
        Files.writeString(file.file(), "{\"device\": \"tpu\"}");
        assertThat(file.load(initial())).isEqualTo(initial());
        Files.writeString(file.file(), "{\"device\": 7}");
        assertThat(file.load(initial())).isEqualTo(initial());
    }

    @Test
    void nothingButTheFileIsLeftBehind() throws IOException {
        SettingsFile file = new SettingsFile(folder.resolve("config").resolve("settings.json"));
        file.save(initial());
        file.save(initial().withTheme(Theme.LIGHT));
        try (var files = Files.list(folder.resolve("config"))) {
            assertThat(files).containsExactly(file.file());
        }
    }

    @Test
    void aMissingOrDamagedFileGivesTheInitialSettings() throws IOException {
        SettingsFile file = new SettingsFile(folder.resolve("settings.json"));
        assertThat(file.load(initial())).isEqualTo(initial());
        Files.writeString(file.file(), "{\"theme\": \"li");
        assertThat(file.load(initial())).isEqualTo(initial());
    }

    @Test
    void whatCannotBeUnderstoodKeepsItsInitialValue() throws IOException {
        SettingsFile file = new SettingsFile(folder.resolve("settings.json"));
        Files.writeString(file.file(), "{\"theme\": \"purple\", \"device\": \"cpu\", \"outputFolder\": 7, \"modelFolders\": 8, \"model\": 9, \"lent\": {\"weak\": \"a lender without a model\"}, \"previews\": \"never\"}");
        assertThat(file.load(initial())).isEqualTo(initial().withDevice(DeviceWish.CPU));
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidAndTheChoiceHolds() throws IOException {
        Path blocked = Files.writeString(folder.resolve("file"), "not a folder");
        Bench bench = new Bench(blocked);
        bench.session.changeTheme(Theme.LIGHT);
        assertThat(bench.session.settingsProperty().get().theme()).isEqualTo(Theme.LIGHT);
        assertThat(bench.session.settingsProblemProperty().get()).contains("file").endsWith("until the program ends.");
    }
}

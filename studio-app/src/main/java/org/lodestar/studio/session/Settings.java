package org.lodestar.studio.session;

import java.nio.file.Path;
import java.util.List;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.studio.theme.Theme;

/// What the user chose once and for all.
///
/// @param theme        brightness of the window
/// @param outputFolder where finished pictures go
/// @param device       where networks run
/// @param modelFolders where models are looked for
public record Settings(Theme theme, Path outputFolder, DeviceWish device, List<Path> modelFolders) {
    public Settings {
        modelFolders = List.copyOf(modelFolders);
    }

    /// What holds before anything was chosen.
    public static Settings initial(Path outputFolder, List<Path> modelFolders) {
        return new Settings(Theme.DARK, outputFolder, DeviceWish.AUTO, modelFolders);
    }

    public Settings withTheme(Theme newTheme) {
        return new Settings(newTheme, outputFolder, device, modelFolders);
    }

    public Settings withOutputFolder(Path newFolder) {
        return new Settings(theme, newFolder, device, modelFolders);
    }

    public Settings withDevice(DeviceWish newDevice) {
        return new Settings(theme, outputFolder, newDevice, modelFolders);
    }

    public Settings withModelFolders(List<Path> newFolders) {
        return new Settings(theme, outputFolder, device, newFolders);
    }
}

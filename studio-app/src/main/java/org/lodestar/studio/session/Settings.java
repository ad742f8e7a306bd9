package org.lodestar.studio.session;

import java.nio.file.Path;
import java.util.List;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.studio.theme.Theme;

/// What the user chose once and for all.
///
/// @param theme          brightness of the window
/// @param outputFolder   where finished pictures go
/// @param wildcardFolder where lists that prompts draw from lie
/// @param device         where networks run
/// @param modelFolders   where models are looked for
/// @param model          what is loaded at the start, and what others lend it
/// @param previews       what pictures of steps are made with
public record Settings(Theme theme, Path outputFolder, Path wildcardFolder, DeviceWish device, List<Path> modelFolders, ModelChoice model, PreviewStyle previews) {
    public Settings {
        modelFolders = List.copyOf(modelFolders);
    }

    /// What holds before anything was chosen.
    public static Settings initial(Path outputFolder, Path wildcardFolder, List<Path> modelFolders) {
        return new Settings(Theme.DARK, outputFolder, wildcardFolder, DeviceWish.AUTO, modelFolders, ModelChoice.of(ModelChoice.STARTER), PreviewStyle.BUDGET);
    }

    public Settings withTheme(Theme newTheme) {
        return new Settings(newTheme, outputFolder, wildcardFolder, device, modelFolders, model, previews);
    }

    public Settings withOutputFolder(Path newFolder) {
        return new Settings(theme, newFolder, wildcardFolder, device, modelFolders, model, previews);
    }

    public Settings withWildcardFolder(Path newFolder) {
        return new Settings(theme, outputFolder, newFolder, device, modelFolders, model, previews);
    }

    public Settings withDevice(DeviceWish newDevice) {
        return new Settings(theme, outputFolder, wildcardFolder, newDevice, modelFolders, model, previews);
    }

    public Settings withModelFolders(List<Path> newFolders) {
        return new Settings(theme, outputFolder, wildcardFolder, device, newFolders, model, previews);
    }

    public Settings withModel(ModelChoice newModel) {
        return new Settings(theme, outputFolder, wildcardFolder, device, modelFolders, newModel, previews);
    }

    public Settings withPreviews(PreviewStyle newStyle) {
        return new Settings(theme, outputFolder, wildcardFolder, device, modelFolders, model, newStyle);
    }
}

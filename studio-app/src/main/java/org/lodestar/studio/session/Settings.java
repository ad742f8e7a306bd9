package org.lodestar.studio.session;

import java.nio.file.Path;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.studio.theme.Theme;

/// What the user chose once and for all.
///
/// @param theme          brightness of the window
/// @param outputFolder   where finished pictures go
/// @param wildcardFolder where lists that prompts draw from lie
/// @param device         where networks run
public record Settings(Theme theme, Path outputFolder, Path wildcardFolder, DeviceWish device) {

    /// What holds before anything was chosen.
    public static Settings initial(Path outputFolder, Path wildcardFolder) {
        return new Settings(Theme.DARK, outputFolder, wildcardFolder, DeviceWish.AUTO);
    }

    public Settings withTheme(Theme newTheme) {
        return new Settings(newTheme, outputFolder, wildcardFolder, device);
    }

    public Settings withOutputFolder(Path newFolder) {
        return new Settings(theme, newFolder, wildcardFolder, device);
    }

    public Settings withWildcardFolder(Path newFolder) {
        return new Settings(theme, outputFolder, newFolder, device);
    }

    public Settings withDevice(DeviceWish newDevice) {
        return new Settings(theme, outputFolder, wildcardFolder, newDevice);
    }
}

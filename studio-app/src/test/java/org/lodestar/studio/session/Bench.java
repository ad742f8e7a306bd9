package org.lodestar.studio.session;

import java.nio.file.Path;
import java.util.List;
import org.lodestar.studio.fx.ManualPulse;
import org.lodestar.studio.fx.PreviewWorker;

/// Everything a view model needs, without toolkit, networks and threads.
public final class Bench {
    public final FakeEngine engine = new FakeEngine();
    public final ManualPulse pulse = new ManualPulse();
    public final PreviewWorker worker = new PreviewWorker(Runnable::run, Runnable::run);
    public final StudioSession session;

    public Bench(Path folder) {
        session = new StudioSession(
                engine, pulse, Runnable::run, new SettingsFile(folder.resolve("settings.json")), Settings.initial(folder.resolve("pictures"), folder.resolve("wildcards"), List.of(folder.resolve("models"))));
    }

    /// The frame after a moment.
    public void frame() {
        pulse.advance(16);
    }
}

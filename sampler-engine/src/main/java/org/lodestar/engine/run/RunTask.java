package org.lodestar.engine.run;

import org.lodestar.engine.pack.ModelPackage;

/// A run as the engine's thread sees it: the shared session and the loop's own memory, kept across pauses.
public final class RunTask {
    private final RunSession session;
    private final RunLoop loop;

    public RunTask(RunSession session, PictureSink sink) {
        this.session = session;
        this.loop = new RunLoop(session, sink);
    }

    public RunSession session() {
        return session;
    }

    /// Goes on until the run is over or paused; on the inference thread.
    ///
    /// @throws org.lodestar.engine.model.Cancelled if it was cancelled
    public void advance(ModelPackage model) {
        loop.advance(model);
    }
}

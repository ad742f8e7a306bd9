package org.lodestar.studio.control;

import javafx.scene.control.Tooltip;
import javafx.util.Duration;

/// What is one hover away: a few sentences or a formula, wrapped, and long enough in sight to be read.
public final class Hint extends Tooltip {
    private static final double WIDTH = 340;
    private static final Duration IN_SIGHT = Duration.seconds(60);

    /// A hint whose text comes later.
    public Hint() {
        this("");
    }

    public Hint(String text) {
        super(text);
        setWrapText(true);
        setMaxWidth(WIDTH);
        setShowDuration(IN_SIGHT);
    }
}

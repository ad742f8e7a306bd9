package org.lodestar.studio.control;

import javafx.scene.control.Control;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.StackPane;

/// Holds a control that cannot be used all the time, and says why not while it cannot: a control that is off gets no pointer, and so no tooltip of its own.
public final class Explained extends StackPane {

    /// @param reason a sentence
    public Explained(Control control, String reason) {
        super(control);
        maxWidthProperty().bind(control.maxWidthProperty());
        maxHeightProperty().bind(control.maxHeightProperty());
        Hint why = new Hint(reason);
        control.disabledProperty().subscribe(off -> {
            if (off) {
                Tooltip.install(this, why);
            } else {
                Tooltip.uninstall(this, why);
            }
        });
    }
}

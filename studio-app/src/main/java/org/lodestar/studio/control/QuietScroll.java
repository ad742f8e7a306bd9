package org.lodestar.studio.control;

import javafx.scene.control.ScrollPane;
import javafx.scene.layout.Region;

/// Scrolls a column up and down. Its bar lies thin in the column's own margin and takes no width from it, so that nothing moves sideways when the bar
/// comes and goes; it stands out while the pointer is near.
public class QuietScroll extends ScrollPane {

    public QuietScroll() {
        getStyleClass().add("quiet-scroll");
        setFocusTraversable(false);
        setHbarPolicy(ScrollBarPolicy.NEVER);
        // The column is as wide as all of this, and what lies under the bar is its margin: nothing is to be seen by scrolling sideways.
        setHmax(0);
    }

    public QuietScroll(Region column) {
        this();
        setColumn(column);
    }

    /// Scrolls `column`, which should leave a margin of 8 px at its right.
    public final void setColumn(Region column) {
        column.minWidthProperty().bind(widthProperty());
        column.maxWidthProperty().bind(widthProperty());
        setContent(column);
    }

    @Override
    public String getUserAgentStylesheet() {
        return ControlStyles.URL;
    }
}

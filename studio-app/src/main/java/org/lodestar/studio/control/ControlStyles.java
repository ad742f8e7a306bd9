package org.lodestar.studio.control;

import java.util.Objects;

/// The style sheet all controls of this package bring along.
final class ControlStyles {

    static final String URL =
            Objects.requireNonNull(ControlStyles.class.getResource("controls.css"), "controls.css is part of this package").toExternalForm();

    private ControlStyles() {}
}

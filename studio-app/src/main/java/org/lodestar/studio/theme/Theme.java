package org.lodestar.studio.theme;

/// How bright the window is.
public enum Theme {
    DARK,
    LIGHT;

    public Theme other() {
        return this == DARK ? LIGHT : DARK;
    }
}

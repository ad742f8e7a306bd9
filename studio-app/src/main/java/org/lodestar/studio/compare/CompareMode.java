package org.lodestar.studio.compare;

/// How the lanes' pictures are put together.
public enum CompareMode {
    /// All of them next to each other.
    SIDE_BY_SIDE,
    /// Two on top of each other with a divider.
    SLIDER,
    /// All in one place, one at a time.
    FLIP,
    /// Where two differ.
    DIFFERENCE;

    /// Whether two lanes are picked out of all.
    boolean needsPair() {
        return this == SLIDER || this == DIFFERENCE;
    }
}

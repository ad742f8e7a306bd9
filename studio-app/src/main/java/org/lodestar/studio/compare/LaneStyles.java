package org.lodestar.studio.compare;

/// What lane A to D are called in style sheets and plots.
final class LaneStyles {
    private static final int FIRST_LANE_COLOR = 5;

    private LaneStyles() {}

    /// Style class with the lane's colour.
    static String of(int lane) {
        return "lane-" + LaneViewModel.name(lane).toLowerCase(java.util.Locale.ROOT);
    }

    /// Series colour of the lane's line in a plot.
    static int color(int lane) {
        return FIRST_LANE_COLOR + lane;
    }
}

package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.VBox;
import javafx.scene.paint.Color;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lodestar.studio.OnScreen;
import org.lodestar.studio.theme.Theme;

/// The timeline and the plot, which share their axis.
class StepControlsTest {
    private static final double WIDTH = 600;

    private StepStrip strip;
    private TelemetryPlot plot;
    private PlotLegend legend;
    private final AtomicInteger drawings = new AtomicInteger();
    private DrawnRegion counted;
    private OnScreen screen;

    @BeforeEach
    void open() {
        strip = OnScreen.make(StepStrip::new);
        plot = OnScreen.make(TelemetryPlot::new);
        legend = OnScreen.make(() -> new PlotLegend(plot));
        counted = OnScreen.make(() -> new Counted(drawings));
        screen = OnScreen.show(() -> new VBox(strip, plot, legend, counted), WIDTH, 400, Theme.DARK);
    }

    @AfterEach
    void close() {
        screen.close();
    }

    @Test
    void theSelectionFollowsTheNewestStepUntilScrubbedBack() {
        screen.act(() -> {
            strip.begin(10);
            strip.setDone(3);
        });
        assertThat(strip.selectedProperty().get()).isEqualTo(2);
        screen.act(() -> strip.select(0));
        screen.act(() -> strip.setDone(5));
        assertThat(strip.selectedProperty().get()).isZero();
        assertThat(strip.followingProperty().get()).isFalse();
        screen.focus(strip);
        screen.keys(KeyCode.END);
        assertThat(strip.followingProperty().get()).isTrue();
        screen.act(() -> strip.setDone(6));
        assertThat(strip.selectedProperty().get()).isEqualTo(5);
    }

    @Test
    void clicksAndDragsSelectTheStepUnderThePointerButNoneToCome() {
        screen.act(() -> {
            strip.begin(10);
            strip.setDone(8);
        });
        screen.click(strip, centre(3), 20);
        assertThat(strip.selectedProperty().get()).isEqualTo(3);
        screen.drag(strip, centre(3), 20, centre(6), 20);
        assertThat(strip.selectedProperty().get()).isEqualTo(6);
        screen.click(strip, centre(9), 20);
        assertThat(strip.selectedProperty().get()).isEqualTo(7);
    }

    @Test
    void arrowsPagesAndEndsScrub() {
        screen.act(() -> {
            strip.begin(50);
            strip.setDone(50);
        });
        screen.focus(strip);
        screen.keys(KeyCode.LEFT);
        assertThat(strip.selectedProperty().get()).isEqualTo(48);
        screen.keys(KeyCode.PAGE_UP);
        assertThat(strip.selectedProperty().get()).isEqualTo(43);
        screen.keys(KeyCode.HOME);
        screen.keys(KeyCode.RIGHT);
        assertThat(strip.selectedProperty().get()).isEqualTo(1);
    }

    @Test
    void finishedStepsShowTheirThumbnails() {
        WritableImage green = new WritableImage(4, 4);
        for (int i = 0; i < 16; i++) {
            green.getPixelWriter().setColor(i % 4, i / 4, Color.LIME);
        }
        screen.act(() -> {
            strip.begin(10);
            strip.setDone(2);
            strip.setThumbnail(0, green);
        });
        assertThat(screen.colour(strip, centre(0), 20)).isEqualTo(Color.LIME);
        assertThat(screen.colour(strip, centre(1), 20)).isNotEqualTo(Color.LIME);
        assertThat(screen.colour(strip, centre(1), 20)).isNotEqualTo(screen.colour(strip, centre(5), 20));
    }

    @Test
    void theStripSaysWhereItStands() {
        screen.act(() -> {
            strip.begin(10);
            strip.setDone(4);
            strip.marks().add(new StepMark(3, StepMark.Kind.EDIT, "10→12", "Strength changed from 10 to 12"));
        });
        assertThat(strip.getAccessibleText()).contains("Step 4 of 10").contains("Strength changed");
    }

    @Test
    void thePlotLeavesGapsWhereThereAreNoValues() {
        List<Double> values = new ArrayList<>(List.of(0.5, 0.5, 0.5, 0.5, Double.NaN, Double.NaN, 0.5, 0.5, 0.5, 0.5));
        screen.act(() -> {
            plot.stepsProperty().set(10);
            plot.setSeries(List.of(new Series("size", "", 1, values, Series.Range.UNIT, String::valueOf)));
        });
        double middle = lineHeight();
        Color line = plot.color(1);
        assertThat(near(screen.colour(plot, centre(1), middle), line)).isTrue();
        assertThat(near(screen.colour(plot, centre(2) + 20, middle), line)).isTrue();
        assertThat(near(screen.colour(plot, centre(4), middle), line)).isFalse();
        assertThat(near(screen.colour(plot, centre(5), middle), line)).isFalse();
        assertThat(near(screen.colour(plot, centre(8), middle), line)).isTrue();
    }

    @Test
    void pressingThePlotAsksForThatStepAndTheLegendReadsThePointer() {
        AtomicInteger chosen = new AtomicInteger(-1);
        screen.act(() -> {
            plot.stepsProperty().set(10);
            plot.markedStepProperty().set(9);
            plot.setOnStepChosen(chosen::set);
            plot.setSeries(List.of(new Series("size", "", 1, List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0), Series.Range.AUTO, v -> "v" + (int) v)));
            legend.update();
        });
        assertThat(screen.find(".plot-legend .value", javafx.scene.control.Label.class).getText()).isEqualTo("v9");
        screen.click(plot, centre(4), 30);
        assertThat(chosen.get()).isEqualTo(4);
        assertThat(screen.find(".plot-legend .value", javafx.scene.control.Label.class).getText()).isEqualTo("v4");
    }

    @Test
    void aThousandChangesInOneFrameAreDrawnOnce() {
        drawings.set(0);
        screen.ask(() -> {
            for (int i = 0; i < 1000; i++) {
                counted.redraw();
            }
            return true;
        });
        screen.until(() -> drawings.get() > 0);
        assertThat(drawings.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void theirStylesResolveInBothThemes() {
        screen.theme(Theme.LIGHT);
        assertThat(screen.styleWarnings()).isEmpty();
    }

    /// Counts how often it is drawn.
    private static final class Counted extends DrawnRegion {
        private final AtomicInteger drawings;

        Counted(AtomicInteger drawings) {
            this.drawings = drawings;
            setPrefSize(50, 50);
        }

        @Override
        void draw(GraphicsContext g, double width, double height) {
            drawings.incrementAndGet();
        }
    }

    private static double centre(int step) {
        return 2 + StepScale.of(10, WIDTH - 4).centre(step);
    }

    private double lineHeight() {
        double bottom = plot.getHeight() - 15;
        return Math.floor(bottom - 5 - 0.5 * (bottom - 10));
    }

    private static boolean near(Color a, Color b) {
        return Math.abs(a.getRed() - b.getRed()) + Math.abs(a.getGreen() - b.getGreen()) + Math.abs(a.getBlue() - b.getBlue()) < 0.45;
    }
}

package org.lodestar.studio.theme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javafx.scene.Node;
import javafx.scene.control.ComboBoxBase;
import javafx.scene.control.MenuButton;
import javafx.scene.input.KeyCode;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.stage.PopupWindow;
import javafx.stage.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lodestar.engine.parameter.Term;
import org.lodestar.studio.StudioWindow;
import org.lodestar.studio.create.CreateViewModel;
import org.lodestar.studio.create.Lens;
import org.lodestar.studio.session.FakeEngine;

class LookTest {
    private static final Pattern TOKEN = Pattern.compile("(-ls-[\\w-]+):\\s*(#[0-9a-f]{6,8});");

    @TempDir
    Path folder;

    private static final class Listening extends Handler {
        private final List<String> warnings = new ArrayList<>();

        @Override
        public synchronized void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()
                    && !String.valueOf(record.getMessage()).startsWith("Unsupported JavaFX configuration")) {
                warnings.add(record.getLoggerName() + ": " + record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void everyViewIsShownWithoutAWarningInTheLog(Theme theme) {
        Listening listening = new Listening();
        Logger root = Logger.getLogger("");
        root.addHandler(listening);
        FakeEngine engine = new FakeEngine();
        try (StudioWindow window = StudioWindow.open(engine, folder, 1000, 700)) {
            CreateViewModel create = window.studio().create();
            window.run(() -> window.studio().session().changeTheme(theme));
            window.run(create::generate);
            engine.run().finish();
            window.await("the run is over", () -> !create.runningProperty().get());
            window.run(() -> create.recipe().guidance().show(Term.parseStack("interval + ag + apg")));
            for (Lens lens : Lens.values()) {
                window.run(() -> create.stage().lensProperty().set(lens));
                window.snapshot();
            }
            openEveryMenu(window);
            window.press(KeyCode.F1);
            window.snapshot();
            window.press(KeyCode.ESCAPE);
            window.click("open-settings");
            window.snapshot();
            openEveryMenu(window);
            window.press(KeyCode.ESCAPE);
            window.run(() -> window.studio().shell().open("compare"));
            window.snapshot();
            openEveryMenu(window);
        } finally {
            root.removeHandler(listening);
        }
        assertThat(listening.warnings).isEmpty();
    }

    private static void openEveryMenu(StudioWindow window) {
        List<Node> nodes = window.visibleNodes();
        nodes.stream().filter(ComboBoxBase.class::isInstance).map(node -> (ComboBoxBase<?>) node).filter(box -> !box.isDisabled()).forEach(box -> {
            window.run(box::show);
            window.run(box::hide);
        });
        nodes.stream().filter(MenuButton.class::isInstance).map(node -> (MenuButton) node).forEach(button -> {
            window.run(button::show);
            window.run(button::hide);
        });
    }

    @Test
    void theBundledFontsAreUsed() {
        try (StudioWindow window = StudioWindow.open(new FakeEngine(), folder, 1000, 700)) {
            assertThat(window.ask(Font::getFamilies)).contains("Inter", "Inter Medium", "Inter Semi Bold");
        }
    }

    @Test
    void whatIsOpenAboveTheWindowChangesItsThemeWithIt() {
        try (StudioWindow window = StudioWindow.open(new FakeEngine(), folder, 1000, 700)) {
            for (Theme theme : List.of(Theme.LIGHT, Theme.DARK, Theme.LIGHT)) {
                window.click("add-policy");
                for (Theme now : List.of(theme, theme.other(), theme)) {
                    window.run(() -> window.studio().session().changeTheme(now));
                    window.snapshot();
                    List<String> sheets = window.ask(() -> window.studio().shell().getScene().getStylesheets().stream().toList());
                    List<PopupWindow> open = window.ask(() -> Window.getWindows().stream()
                            .filter(PopupWindow.class::isInstance).map(PopupWindow.class::cast).toList());
                    assertThat(open).as("the chooser is open").isNotEmpty();
                    assertThat(open).allSatisfy(popup -> assertThat(popup.getScene().getStylesheets()).isEqualTo(sheets));
                    assertThat(open).as("not cut off").allSatisfy(popup -> assertThat(popup.getScene().getWidth()).isGreaterThanOrEqualTo(Math.floor(popup.getScene().getRoot().prefWidth(-1))));
                    assertThat(sheets).first().asString().endsWith(now.name().toLowerCase(Locale.ROOT) + ".css");
                }
                window.press(KeyCode.ESCAPE);
            }
        }
    }

    /// Text needs 4.5 to 1 on what it stands on, signs and focus rings 3 to 1.
    @ParameterizedTest
    @CsvSource({
        "-ls-text, 4.5, -ls-window -ls-panel -ls-raised -ls-raised-hover -ls-field",
        "-ls-muted, 4.5, -ls-window -ls-panel -ls-raised -ls-field",
        "-ls-on-accent, 4.5, -ls-accent -ls-accent-hover",
        "-ls-accent, 4.5, -ls-panel -ls-field",
        "-ls-accent, 3, -ls-raised -ls-window",
        "-ls-good, 4.5, -ls-panel",
        "-ls-bad, 4.5, -ls-panel",
        "-ls-warm, 4.5, -ls-panel",
    })
    void whatIsWrittenCanBeRead(String ink, double least, String papers) throws IOException {
        for (Theme theme : Theme.values()) {
            Map<String, Color> tokens = tokens(theme);
            for (String paper : papers.split(" ", -1)) {
                assertThat(contrast(color(tokens, ink), color(tokens, paper))).as(theme + ": " + ink + " on " + paper).isGreaterThanOrEqualTo(least);
            }
        }
    }

    @Test
    void bothThemesDefineTheSameTokens() throws IOException {
        assertThat(tokens(Theme.DARK).keySet()).isEqualTo(tokens(Theme.LIGHT).keySet()).hasSizeGreaterThan(15);
    }

    private static Color color(Map<String, Color> tokens, String name) {
        return Objects.requireNonNull(tokens.get(name), name);
    }

    private static Map<String, Color> tokens(Theme theme) throws IOException {
        String sheet = theme == Theme.DARK ? "dark.css" : "light.css";
        try (InputStream in = Objects.requireNonNull(Look.class.getResourceAsStream(sheet))) {
            Matcher matcher = TOKEN.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            Map<String, Color> tokens = new HashMap<>();
            while (matcher.find()) {
                tokens.put(matcher.group(1), Color.web(matcher.group(2)));
            }
            return tokens;
        }
    }

    private static double contrast(Color a, Color b) {
        double one = luminance(a) + 0.05;
        double other = luminance(b) + 0.05;
        return Math.max(one, other) / Math.min(one, other);
    }

    private static double luminance(Color color) {
        return 0.2126 * linear(color.getRed()) + 0.7152 * linear(color.getGreen()) + 0.0722 * linear(color.getBlue());
    }

    private static double linear(double channel) {
        return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
    }
}

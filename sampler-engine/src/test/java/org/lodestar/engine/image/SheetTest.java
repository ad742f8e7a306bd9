package org.lodestar.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SheetTest {
    private static final Lettering LETTERS = Lettering.regular();

    @Test
    void picturesStandUnchangedWhereNoEnlargingIsNeeded() {
        Rgb a = Pictures.noise(1, 400, 300);
        Rgb b = Pictures.noise(2, 400, 300);
        Rgb sheet = sheet(2, a, b).draw();

        int[] first = find(sheet, a);
        int[] second = find(sheet, b);
        assertThat(second[1]).isEqualTo(first[1]);
        assertThat(second[0]).isGreaterThan(first[0] + 400);
        assertThat(sheet.width()).isEqualTo(second[0] + 400 + first[0]);
    }

    @Test
    void rowsFollowTheColumns() {
        Rgb a = Pictures.noise(1, 400, 40);
        Rgb b = Pictures.noise(2, 400, 40);
        Rgb c = Pictures.noise(3, 400, 40);
        Rgb sheet = sheet(2, a, b, c).draw();

        assertThat(find(sheet, c)[0]).isEqualTo(find(sheet, a)[0]);
        assertThat(find(sheet, c)[1]).isGreaterThan(find(sheet, a)[1] + 40);
    }

    @Test
    void smallPicturesAreEnlargedByAWholeFactor() {
        assertThat(sheet(3, Pictures.flat(128, 128, 9, 9, 9)).draw().width()).isBetween(384, 520);
    }

    @Test
    void aLongCaptionMakesTheSheetTallerAndIsNotLost() {
        Rgb picture = Pictures.flat(400, 100, 9, 9, 9);
        Rgb brief = new Sheet("x", "", 1, List.of(new Sheet.Cell(picture, "t", "short", List.of())), "").draw();
        Rgb lengthy = new Sheet("x", "", 1, List.of(new Sheet.Cell(picture, "t", "many words ".repeat(15), List.of())), "").draw();
        assertThat(lengthy.height()).isGreaterThan(brief.height() + 40);
    }

    @Test
    void theSameSheetIsTheSamePicture() {
        assertThat(sheet(2, Pictures.noise(1, 64, 64)).draw()).isEqualTo(sheet(2, Pictures.noise(1, 64, 64)).draw());
    }

    @Test
    void linesAreWrappedAtBlanksAndKeepEveryWord() {
        String text = "a quick brown fox jumps over the lazy dog and over the moon";
        List<String> lines = LETTERS.wrap(text, 16, 120, 99);
        assertThat(lines).hasSizeGreaterThan(3).allMatch(line -> LETTERS.width(line, 16) <= 120);
        assertThat(String.join(" ", lines)).isEqualTo(text);
    }

    @Test
    void aWordThatIsTooWideIsBroken() {
        List<String> lines = LETTERS.wrap("x".repeat(100), 16, 120, 99);
        assertThat(lines).allMatch(line -> LETTERS.width(line, 16) <= 120);
        assertThat(String.join("", lines)).isEqualTo("x".repeat(100));
    }

    @Test
    void whatDoesNotFitEndsInAnEllipsis() {
        List<String> lines = LETTERS.wrap("word ".repeat(100), 16, 120, 2);
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).endsWith("…");
        assertThat(LETTERS.width(lines.getLast(), 16)).isLessThanOrEqualTo(120);
    }

    @Test
    void widthsScaleWithTheSizeAndUnknownLettersAreBoxes() {
        assertThat(LETTERS.width("Lodestar", 32)).isEqualTo(2 * LETTERS.width("Lodestar", 16));
        assertThat(LETTERS.width("猫", 16)).isEqualTo(LETTERS.width("□", 16)).isPositive();
        assertThat(LETTERS.width("", 16)).isZero();
    }

    /// The ink of a glyph does not depend on where between two pixels it stands.
    @Test
    void lettersKeepTheirWeightAtFractionsOfAPixel() {
        double whole = ink(10);
        assertThat(ink(10.37)).isCloseTo(whole, withinPercentage(2));
        assertThat(whole).isGreaterThan(1000);
    }

    private static double ink(double x) {
        Paper paper = new Paper(200, 40, 0);
        LETTERS.draw(paper, "Guidance", x, 28, 20, 0xffffff);
        double sum = 0;
        for (byte b : paper.finish().toBytes()) {
            sum += b & 0xff;
        }
        return sum / 3;
    }

    private static Sheet sheet(int columns, Rgb... pictures) {
        List<Sheet.Cell> cells = Arrays.stream(pictures)
                .map(p -> new Sheet.Cell(p, "CFG", "w 7.5", List.of(new Sheet.Fact("NFE", "40"))))
                .toList();
        return new Sheet("a red fox", "seed 7", columns, cells, "Lodestar");
    }

    /// Where `part` lies in `whole`.
    private static int[] find(Rgb whole, Rgb part) {
        for (int y = 0; y + part.height() <= whole.height(); y++) {
            for (int x = 0; x + part.width() <= whole.width(); x++) {
                if (matches(whole, part, x, y)) {
                    return new int[] {x, y};
                }
            }
        }
        throw new AssertionError("the picture is not on the sheet");
    }

    private static boolean matches(Rgb whole, Rgb part, int left, int top) {
        for (int y = 0; y < part.height(); y++) {
            for (int x = 0; x < part.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    if (whole.at(left + x, top + y, c) != part.at(x, y, c)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}

package org.lodestar.engine.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;

class PromptTest {

    /// `text@weight` of each piece, pieces parted by `|`, stretches by `//`.
    private static String shown(String text, Dialect dialect) {
        return Prompt.parse(text, dialect).stretches().stream()
                .map(stretch -> stretch.stream()
                        .map(piece -> piece.text() + (piece.weight() == 1 ? "" : String.format(Locale.ROOT, "@%.4g", piece.weight())))
                        .collect(Collectors.joining("|")))
                .collect(Collectors.joining("//"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', ignoreLeadingAndTrailingWhitespace = false, value = {
        "a red fox>a red fox",
        "a (red) fox>a |red@1.100| fox",
        "a ((red)) fox>a |red@1.210| fox",
        "a [red] fox>a |red@0.9091| fox",
        "a (red:1.5) fox>a |red@1.500| fox",
        "a (red: 0.5 ) fox>a |red@0.5000| fox",
        "(a (red:1.5) fox)>a @1.100|red@1.650| fox@1.100",
        "(a (red:1.5) fox:2)>a @2.000|red@3.000| fox@2.000",
        "([x])>x",
        "(x:0)>x@0.000",
        "(x:-1)>x@-1.000",
        "(x:.5)>x@0.5000",
        "\\(red\\)>(red)",
        "a \\[b\\] \\\\ c>a [b] \\ c",
        "a \\b>a b",
        "(unclosed words>unclosed words@1.100",
        "((twice>twice@1.210",
        "[open>open@0.9091",
        "closed) early>closed) early",
        "closed] early>closed] early",
        "time: 10:30>time: 10:30",
        "a:1.2) b>a:1.2) b",
        "(a:b:1.2)>a:b@1.200",
        "(x:1.2.3)>x:1.2.3@1.100",
        "(x:)>x:@1.100",
        "()>",
        "(:1.2)>",
        "a BREAK b>a//b",
        "a BREAK>a//",
        "BREAK>//",
        "aBREAK b>aBREAK b",
        "(a BREAK b:2)>a@2.000//b@2.000",
        "(a)(b)>ab@1.100",
        "(a) (b)>a@1.100| |b@1.100"
    })
    void weightsMultiplyAndBreaksPart(String text, String expected) {
        assertThat(shown(text, Dialect.A1111)).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', ignoreLeadingAndTrailingWhitespace = false, value = {
        "a red fox>a red fox",
        "a (red) fox>a |red@1.100| fox",
        "((red))>red@1.210",
        "(a (red:1.5) fox)>a @1.100|red@1.500| fox@1.100",
        "(a (red) fox:2)>a @2.000|red@2.200| fox@2.000",
        "[red]>[red]",
        "a BREAK b>a BREAK b",
        "\\(red\\)>(red)",
        "a \\[b>a \\[b",
        "(unclosed>(unclosed",
        "closed) early>closed) early",
        "(a) (b>a@1.100| (b",
        "(time: 10:30)>time: 10@30.00",
        "(x:y)>x:y@1.100",
        "(:1.2)>:1.2@1.100",
        "()>"
    })
    void weightsReplaceInTheOtherDialect(String text, String expected) {
        assertThat(shown(text, Dialect.COMFY)).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a red fox, on: a hill!", "Grüße 🦊 {a|b}", "a\nb"})
    void aPromptWithoutSyntaxIsItself(String text) {
        for (Dialect dialect : Dialect.values()) {
            Prompt read = Prompt.parse(text, dialect);
            assertThat(read.stretches()).hasSize(1);
            assertThat(read.words()).isEqualTo(text);
            assertThat(read.isEven()).isTrue();
            assertThat(Schedule.at(text, dialect, 3, 10)).isEqualTo(text);
        }
        assertThat(Prompt.parse("(a) [b] BREAK \\(", Dialect.PLAIN).words()).isEqualTo("(a) [b] BREAK \\(");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void anyTextIsReadWithFiniteWeightsFromItsOwnCharacters(Dialect dialect) {
        Random random = new Random(5);
        String[] parts = {"(", ")", "[", "]", ":", "|", "\\", "1.2", "0.5", "9e9", ".", "BREAK", "AND", " ", "a", "fox", "\uD800", "é", ":1e400)", ":1.5)", "99999999999999999999999999999999999999999999"};
        for (int i = 0; i < 5000; i++) {
            StringBuilder made = new StringBuilder();
            for (int k = random.nextInt(14); k > 0; k--) {
                made.append(parts[random.nextInt(parts.length)]);
            }
            String text = made.toString();
            Prompt read = Prompt.parse(text, dialect);
            assertThat(read.stretches()).isNotEmpty().allSatisfy(stretch -> assertThat(stretch).isNotEmpty());
            int last = -1;
            for (Piece piece : read.stretches().stream().flatMap(List::stream).toList()) {
                assertThat(piece.weight()).isFinite();
                for (int k = 0; k < piece.text().length(); k++) {
                    int origin = piece.origins().get(k);
                    assertThat(origin).as(text).isGreaterThan(last);
                    assertThat(piece.text().charAt(k)).isEqualTo(text.charAt(origin));
                    last = origin;
                }
            }
            assertThat(Schedule.at(text, dialect, i % 7, 7)).isNotNull();
            assertThat(Composition.parse(text, dialect).parts()).isNotEmpty().allSatisfy(part -> assertThat(part.weight()).isFinite());
        }
    }

    @Test
    void deepNestingIsReadToo() {
        String deep = "(".repeat(20000) + "a" + ")".repeat(20000);
        for (Dialect dialect : Dialect.values()) {
            assertThat(Prompt.parse(deep, dialect).stretches().getFirst()).allSatisfy(piece -> assertThat(piece.weight()).isBetween(1.0, 1000.0));
            assertThat(Prompt.parse("(a:1e9) (b:99999999999)", dialect).stretches().getFirst()).allSatisfy(piece -> assertThat(piece.weight()).isBetween(1.0, 1000.0));
            assertThat(Schedule.at("[".repeat(3000) + "a" + "]".repeat(3000), dialect, 0, 1)).isNotEmpty();
        }
    }

    private static List<String> over(String text, int steps) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            all.add(Schedule.at(text, Dialect.A1111, i, steps));
        }
        return all;
    }

    @Test
    void aScheduleChangesWordsAtItsStep() {
        assertThat(over("a [cat:dog:0.5] runs", 4)).containsExactly("a cat runs", "a cat runs", "a dog runs", "a dog runs");
        assertThat(over("a [cat:dog:1] runs", 4)).containsExactly("a cat runs", "a dog runs", "a dog runs", "a dog runs");
        assertThat(over("a [dog:3]", 4)).containsExactly("a ", "a ", "a ", "a dog");
        assertThat(over("a [cat::0.25]", 4)).containsExactly("a cat", "a ", "a ", "a ");
        assertThat(over("[a|b|]x", 4)).containsExactly("ax", "bx", "x", "ax");
        assertThat(over("[a:[b:c:3]:1]", 4)).containsExactly("a", "b", "b", "c");
        assertThat(over("[(a:1.2):(b:0.9):0.5]", 2)).containsExactly("(a:1.2)", "(b:0.9)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a]", "[a:b]", "[a:b:c]", "[a:b:c:0.5]", "\\[a:b:1\\]", "[a:b:1", "a:b:1]", "[:.]", "[]", "[a:-1]"})
    void otherBracketsStayAsTheyAre(String text) {
        assertThat(over(text, 3)).containsOnly(text);
    }

    @Test
    void severalPromptsAreParted() {
        Composition read = Composition.parse("a fox AND snow :0.5 AND (x:1.2)", Dialect.A1111);
        assertThat(read.parts()).containsExactly(new Composition.Part("a fox", 1), new Composition.Part("snow", 0.5), new Composition.Part("(x:1.2)", 1));
        assertThat(Composition.parse("SANDY AND", Dialect.A1111).parts()).hasSize(2);
        assertThat(Composition.parse("a fox: 2", Dialect.A1111).parts()).containsExactly(new Composition.Part("a fox: 2", 1));
        assertThat(Composition.parse("a AND b", Dialect.COMFY).parts()).hasSize(1);
    }

    @Test
    void dialectsAreKnownByTheirIds() {
        for (Dialect dialect : Dialect.values()) {
            assertThat(Dialect.of(dialect.id())).isEqualTo(dialect);
        }
        assertThatThrownBy(() -> Dialect.of("compel")).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("a1111");
        assertThat(Prompt.parse("((x))", Dialect.A1111).stretches().getFirst().getFirst().weight()).isEqualTo(1.21, within(1e-12));
    }
}

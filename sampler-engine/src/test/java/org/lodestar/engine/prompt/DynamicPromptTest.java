package org.lodestar.engine.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DynamicPromptTest {
    private static final Map<String, List<String>> LISTS =
            Map.of("animal", List.of("fox", "{red|grey} wolf"), "places/cold", List.of("snow"), "loop", List.of("__loop__ x"), "empty", List.of());

    private static String draw(String template, long seed) {
        return DynamicPrompt.draw(template, LISTS, seed);
    }

    private static Set<String> all(String template) {
        return LongStream.range(0, 300).mapToObj(seed -> draw(template, seed)).collect(Collectors.toSet());
    }

    @Test
    void oneOfTheOptionsIsDrawn() {
        assertThat(all("a {red|blue|} fox")).containsExactlyInAnyOrder("a red fox", "a blue fox", "a  fox");
        assertThat(all("{a|{b|c}} d")).containsExactlyInAnyOrder("a d", "b d", "c d");
        assertThat(all("__animal__ in __places/cold__")).containsExactlyInAnyOrder("fox in snow", "red wolf in snow", "grey wolf in snow");
    }

    @Test
    void severalDifferentOptionsAreDrawn() {
        assertThat(all("{2$$a|b|c}")).containsExactlyInAnyOrder("a, b", "b, a", "a, c", "c, a", "b, c", "c, b");
        assertThat(all("{1-2$$ and $$a|b}")).containsExactlyInAnyOrder("a", "b", "a and b", "b and a");
        assertThat(all("{5$$a|b}")).containsExactlyInAnyOrder("a, b", "b, a");
        assertThat(all("{0$$a|b}")).containsExactly("");
    }

    @Test
    void likelyOptionsAreDrawnMoreOften() {
        long often = LongStream.range(0, 4000).filter(seed -> draw("{3::a|b}", seed).equals("a")).count();
        assertThat(often / 4000.0).isEqualTo(0.75, within(0.03));
        assertThat(all("{0::a|b}")).containsExactly("b");
    }

    @Test
    void theSameSeedDrawsTheSame() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(draw("{a|b|c} {d|e} __animal__", seed)).isEqualTo(draw("{a|b|c} {d|e} __animal__", seed));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a red fox", "(a:1.2) [b|c]", "{open", "closed}", "__unknown__", "__empty__", "a__b", "___", "$$"})
    void whatIsNoTemplateStaysAsItIs(String text) {
        assertThat(all(text)).containsExactly(text);
    }

    @Test
    void escapedCharactersAreThemselves() {
        assertThat(all("\\{a\\|b\\}")).containsExactly("{a|b}");
    }

    @Test
    void aVariableIsDrawnAnewEachTime() {
        assertThat(all("${c={red|blue}}a ${c} fox, a ${c} hat")).containsExactlyInAnyOrder("a red fox, a red hat", "a red fox, a blue hat", "a blue fox, a red hat", "a blue fox, a blue hat");
        assertThat(all("${a=__animal__}${b=${a}!}${b}")).containsExactlyInAnyOrder("fox!", "red wolf!", "grey wolf!");
    }

    @Test
    void aVariableThatIsDrawnAtOnceStaysTheSame() {
        assertThat(all("${c=!{red|blue}}a ${c} fox, a ${ c } hat")).containsExactlyInAnyOrder("a red fox, a red hat", "a blue fox, a blue hat");
    }

    @Test
    void aVariableThatIsNotSetHasItsDefaultOrStays() {
        assertThat(all("a ${c:{red|blue}} fox")).containsExactlyInAnyOrder("a red fox", "a blue fox");
        assertThat(all("${c=green}a ${c:red} fox")).containsExactly("a green fox");
        assertThat(all("a ${c} fox for $5")).containsExactly("a ${c} fox for $5");
        assertThat(all("for ${5|6}")).containsExactlyInAnyOrder("for $5", "for $6");
    }

    @Test
    void variablesThatMultiplyEndSoon() {
        assertThat(draw("${a=${a}${a}${a}${a}}${a}", 1)).contains("${a}").hasSizeLessThan(200_000);
    }

    @Test
    void drawingEndsWhateverTheTemplate() {
        assertThat(draw("__loop__", 1)).contains("__loop__").hasSizeLessThan(1000);
        assertThat(draw("{".repeat(5000) + "a" + "}".repeat(5000), 1)).contains("a");
        Random random = new Random(3);
        String[] parts = {"{", "}", "|", "$$", "2", "1-3", "::", "0.5", "__animal__", "__loop__", "\\", "a", " ", "_", "${a=", "${a}"};
        for (int i = 0; i < 3000; i++) {
            StringBuilder made = new StringBuilder();
            for (int k = random.nextInt(20); k > 0; k--) {
                made.append(parts[random.nextInt(parts.length)]);
            }
            assertThat(draw(made.toString(), i)).isNotNull();
        }
    }
}

package org.lodestar.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.prompt.Prompt;

class TokenPlanTest {

    /// Every word and every comma is a token; 30 fit.
    private static final Tokenizer WORDS = new Tokenizer() {
        private final Pattern word = Pattern.compile("[^\\s,]+|,");

        @Override
        public List<Token> tokens(String text) {
            List<Token> tokens = new ArrayList<>();
            for (Matcher found = word.matcher(text); found.find(); ) {
                tokens.add(new Token(found.group().hashCode(), found.start(), found.end()));
            }
            return tokens;
        }

        @Override
        public TokenFrame frame() {
            return new TokenFrame(List.of(1), List.of(2), 0, 32);
        }
    };

    private static TokenPlan plan(String text) {
        return TokenPlan.of(Prompt.parse(text, Dialect.A1111), WORDS);
    }

    private static List<Integer> sizes(String text) {
        return plan(text).chunks().stream().map(List::size).toList();
    }

    @Test
    void breaksAreWhereChunksBeginInThePromptAsWritten() {
        assertThat(plan("a (red:1.5) fox").breaks()).isEmpty();
        String text = "a (red:1.5) BREAK fox";
        assertThat(plan(text).breaks()).containsExactly(text.indexOf("fox"));
        String tooLong = "x ".repeat(30) + "(last:1.2)";
        assertThat(plan(tooLong).breaks()).containsExactly(tooLong.indexOf("last"));
    }

    @Test
    void tokensKeepTheirPlacesAndWeights() {
        String text = "a (red:1.5) \\(old\\) fox";
        List<TokenPlan.Weighted> tokens = plan(text).chunks().getFirst();
        assertThat(tokens.stream().map(t -> text.substring(t.token().start(), t.token().end()))).containsExactly("a", "red", "(old\\)", "fox");
        assertThat(tokens.stream().map(TokenPlan.Weighted::weight)).containsExactly(1.0, 1.5, 1.0, 1.0);
        assertThat(plan(text).used()).isEqualTo(4);
    }

    @Test
    void aFullChunkIsFollowedByAnother() {
        assertThat(sizes("x ".repeat(30))).containsExactly(30);
        assertThat(sizes("x ".repeat(31))).containsExactly(30, 1);
        assertThat(sizes("x ".repeat(75))).containsExactly(30, 30, 15);
        assertThat(sizes("")).containsExactly(0);
    }

    @Test
    void aPhraseMovesToTheNextChunkIfItsCommaIsNear() {
        assertThat(sizes("x ".repeat(15) + ", " + "y ".repeat(20))).as("14 back").containsExactly(16, 20);
        assertThat(sizes("x ".repeat(10) + ", " + "y ".repeat(25))).as("20 back").containsExactly(11, 25);
        assertThat(sizes("x ".repeat(9) + ", " + "y ".repeat(25))).as("21 back").containsExactly(30, 5);
        assertThat(sizes("x ".repeat(30) + ", y")).as("the comma itself is what does not fit").containsExactly(30, 2);
        assertThat(sizes("x ".repeat(29) + ", y")).containsExactly(30, 1);
    }

    @Test
    void breaksBeginANewChunk() {
        assertThat(sizes("a b BREAK c")).containsExactly(2, 1);
        assertThat(sizes("a BREAK")).containsExactly(1);
        assertThat(sizes("BREAK a")).containsExactly(0, 1);
        assertThat(sizes("a BREAK BREAK b")).containsExactly(1, 0, 1);
    }

    @Test
    void noTokenIsLostOrTurnedAround() {
        String text = Arrays.stream(new int[] {3, 40, 7, 25, 31, 2, 60}).mapToObj("w "::repeat).collect(Collectors.joining(", "));
        List<Integer> starts = plan(text).chunks().stream().flatMap(List::stream).map(t -> t.token().start()).toList();
        assertThat(starts).isEqualTo(WORDS.tokens(text).stream().map(Tokenizer.Token::start).toList());
        assertThat(plan(text).chunks()).allSatisfy(chunk -> assertThat(chunk).hasSizeLessThanOrEqualTo(30));
    }
}

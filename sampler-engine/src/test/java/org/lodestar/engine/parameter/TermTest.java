package org.lodestar.engine.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lodestar.engine.fault.EngineException;

class TermTest {

    @Test
    void readsAStackOfTermsInOrder() {
        List<Term> stack = Term.parseStack(" interval( lo = 0.2 , hi=5 ) + apg(w=10,eta=0,r=7.5,beta=-0.75) ");

        assertThat(Term.text(stack)).isEqualTo("interval(lo=0.2,hi=5) + apg(w=10,eta=0,r=7.5,beta=-0.75)");
        assertThat(stack.get(1).parameters().keySet()).containsExactly("w", "eta", "r", "beta");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''|a name like cfg|the end",
        "cfg(|a parameter name|the end",
        "cfg(w)|'='|')'",
        "cfg(w=)|a value|')'",
        "cfg(w=1|')'|the end",
        "cfg(w=1) apg|a + or the end|'a'",
        "cfg(w=1,w=2)|each parameter once|')'",
        "cfg + |a name like cfg|the end",
        "cfg(t=\"open)|'\"'|the end"
    })
    void saysWhatItExpectedAndWhatItFound(String text, String expected, String found) {
        assertThatThrownBy(() -> Term.parseStack(text))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining(expected)
                .hasMessageContaining(found);
    }

    @RepeatedTest(50)
    void whatIsPrintedIsReadBack(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            StringBuilder value = new StringBuilder();
            for (int c = random.nextInt(12); c > 0; c--) {
                value.append((char) (random.nextInt(10) < 8 ? 32 + random.nextInt(95) : 0xe4 + random.nextInt(500)));
            }
            parameters.put("p" + i, value.toString());
        }
        Term term = new Term("policy", parameters);

        assertThat(Term.parse(term.text())).isEqualTo(term);
        assertThat(Term.parseStack(Term.text(List.of(term, Term.of("cfg"), term)))).containsExactly(term, Term.of("cfg"), term);
    }
}

package org.lodestar.engine.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;

class ConceptListTest {

    @Test
    void theTextFormReadsBackAsItself() {
        ConceptList list = ConceptList.parse(" mickey mouse | mickey=a cartoon mouse ;; Spider-Man = ; ");
        assertThat(list.concepts()).containsExactly(
                new Concept("mickey mouse", List.of("mickey"), "a cartoon mouse"), new Concept("Spider-Man", List.of(), ""));
        assertThat(list.text()).isEqualTo("mickey mouse|mickey=a cartoon mouse; Spider-Man=");
        assertThat(ConceptList.parse(list.text())).isEqualTo(list);
        assertThat(ConceptList.parse("")).isEqualTo(ConceptList.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fox", "fox=a=b", "=cat", "fox||vixen=cat", "!=cat"})
    void aTextThatIsNoListIsRefusedInWords(String text) {
        assertThatThrownBy(() -> ConceptList.parse(text)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("concept list");
    }

    @Test
    void partsThatTheTextFormNeedsAreRefused() {
        assertThatThrownBy(() -> new ConceptList(List.of(new Concept("fox", List.of(), "a; b")))).isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> new ConceptList(List.of(new Concept("fox\nhen", List.of(), "a")))).isInstanceOf(EngineException.InvalidInput.class);
    }

    @ParameterizedTest
    @CsvSource({
        "fox, a FOX", "fox, foxes", "fox, the fox's den", "fox, the foxes' den", "foxes, fox", "pony, ponies", "zombie, zombies", "cat, cats", "sky, skies", "boy, boys", "bus, buses",
        "glass, glasses", "dish, dishes", "horse, horses", "shoe, shoes", "hero, heroes", "axe, axes", "Pokémon, pokemon", "spider-man, Spider Man", "spider man, spider-man!",
        "mickey mouse, Mickey   Mouse's", "fox, (fox:1.2)", "fox, a_fox", "it’s a trap, it's a trap", "ﬁsh, fish"
    })
    void formsOfAWordAreTheSameWord(String name, String text) {
        assertThat(list(name).mentions(text)).as(text).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "fox, firefox", "fox, foxy", "spider man, spiderman", "mouse, mice", "mickey mouse, mickey the mouse", "mickey mouse, mouse mickey", "bus, bu", "ski, sky", "fox, ''", "boss, bos", "iris, iri"
    })
    void otherWordsAreNot(String name, String text) {
        assertThat(list(name).mentions(text)).as(text).isEmpty();
    }

    private static ConceptList list(String name) {
        return new ConceptList(List.of(new Concept(name, List.of(), "")));
    }

    @Test
    void theNameOfMostWordsWinsAndMentionsDoNotOverlap() {
        ConceptList list = ConceptList.parse("mouse=a rat; mickey mouse=a cartoon; mickey=a boy");
        assertThat(list.mentions("mickey mouse mouse mickey").stream().map(mention -> mention.concept().name())).containsExactly("mickey mouse", "mouse", "mickey");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', value = {
        "a photo of a fox > a photo of a grey wolf",
        "the Fox's den > a grey wolf's den",
        "foxes, a hen, rain > a grey wolf, rain",
        "hen > ''",
        "a (fox:1.2) [hen] > a (a grey wolf:1.2) []",
        "a brave boat > a brave boat",
        "two  blanks > two  blanks",
        "banana fox > banana a grey wolf"
    })
    void mentionsAreReplacedWhereTheyStand(String text, String expected) {
        assertThat(ConceptList.parse("fox=a grey wolf; hen=").rewritten(text)).isEqualTo(expected);
    }
}

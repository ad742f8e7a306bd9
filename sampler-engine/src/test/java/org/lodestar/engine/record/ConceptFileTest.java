package org.lodestar.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.fault.EngineException;

class ConceptFileTest {

    @Test
    void theExampleThatShipsIsAValidList() {
        ConceptFile file = ConceptFile.read(Path.of("../assets/concepts-example.json"));
        assertThat(file.concepts().concepts()).hasSizeGreaterThan(1);
        assertThat(file.meant()).isNotEmpty();
        assertThat(file.harmless()).hasSameSizeAs(file.meant());
    }

    @Test
    void synonymsAndExamplesMayBeLeftOut() {
        ConceptFile file = ConceptFile.parse("list", "{\"concepts\":[{\"name\":\" fox \",\"replacement\":\"a cat\"}]}");
        assertThat(file.concepts().text()).isEqualTo("fox=a cat");
        assertThat(file.meant()).isEmpty();
    }

    @Test
    void everythingWrongIsToldTogether() {
        assertThatThrownBy(() -> ConceptFile.parse("list", "{\"concepts\":[{\"name\":\"fox\",\"synonym\":\"x\"}],\"more\":1}"))
                .isInstanceOfSatisfying(EngineException.InvalidInput.class, e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void aMissingFileIsToldInWords() {
        assertThatThrownBy(() -> ConceptFile.read(Path.of("no-such-list.json")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("no-such-list.json");
    }
}

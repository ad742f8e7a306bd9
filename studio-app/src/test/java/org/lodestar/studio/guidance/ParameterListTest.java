package org.lodestar.studio.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.studio.OnScreen;

class ParameterListTest {
    private final TermViewModel gfcg = new TermViewModel(Catalog.policyType("gfcg").descriptor(), Map.of());

    private ParameterList list(int shown) {
        return OnScreen.make(() -> new ParameterList(gfcg.parameters(), shown, parameter -> {
            Label label = new Label();
            label.setId(parameter.spec().name());
            return label;
        }));
    }

    private List<String> inSight(ParameterList list) {
        return gfcg.parameters().stream().map(parameter -> parameter.spec().name()).filter(name -> {
            Node node = list.lookup("#" + name);
            return node.isVisible() && node.isManaged();
        }).toList();
    }

    @Test
    void theRestOpensOnDemand() {
        ParameterList list = list(2);
        Button more = (Button) list.lookup("#more-parameters");

        assertThat(inSight(list)).containsExactly("w", "tau");
        assertThat(more.getText()).contains(String.valueOf(gfcg.parameters().size() - 2));
        OnScreen.make(() -> {
            more.fire();
            return more;
        });
        assertThat(inSight(list)).hasSize(gfcg.parameters().size());
        assertThat(more.isVisible()).isFalse();
    }

    @Test
    void whatWasChangedIsInSightAndStaysThereWhenItIsDrawnBack() {
        ParameterList list = list(2);
        ParameterViewModel temperature = gfcg.parameter("temperature");
        OnScreen.make(() -> {
            temperature.set(2.0);
            temperature.reset();
            return temperature;
        });

        assertThat(inSight(list)).containsExactly("w", "tau", "temperature");
    }

    @Test
    void aShortListHidesNothing() {
        ParameterList list = list(gfcg.parameters().size());

        assertThat(inSight(list)).hasSize(gfcg.parameters().size());
        assertThat(list.lookup("#more-parameters")).isNull();
    }
}

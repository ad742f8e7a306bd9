package org.lodestar.engine.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Term;

class CalibrationStoreTest {
    private static final String MODEL = "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    private CalibrationStore store() {
        return new CalibrationStore(folder.resolve("deep").resolve("calibrations"));
    }

    private static FitKey key(int steps, double w) {
        return new FitKey(MODEL, "ddim(eta=0)", "trailing", steps, w, 128, 128);
    }

    private static Calibration ag(FitKey key, String threshold, String space) {
        return new Calibration(key, "half of the steps", Term.parse("ag(threshold=" + threshold + ",space=" + space + ")"));
    }

    @Test
    void whatIsKeptIsFoundAgainUnderTheModelsHash() {
        Calibration found = ag(key(20, 3), "0.99", "x0");
        store().keep(found);

        assertThat(store().of(MODEL)).containsExactly(found);
        assertThat(store().of("f".repeat(64))).isEmpty();
    }

    @Test
    void aNewerOneTakesTheOlderOnesPlaceAndOtherSpacesAndKeysStay() {
        store().keep(ag(key(20, 3), "0.99", "x0"));
        store().keep(ag(key(20, 3), "0.9999", "eps"));
        store().keep(ag(key(10, 3), "0.98", "x0"));
        store().keep(ag(key(20, 3), "0.97", "x0"));

        assertThat(store().of(MODEL)).extracting(c -> c.term().parameters().get("threshold")).containsExactly("0.9999", "0.98", "0.97");
    }

    @Test
    void numbersAreFilledInWhereTheyWereMeasuredAndTheRestOfTheStackStays() {
        store().keep(ag(key(20, 3), "0.99", "x0"));
        store().keep(ag(key(20, 3), "0.9999", "eps"));

        assertThat(Term.text(store().fill(Term.parseStack("ag(space=x0) + cfg(w=3)"), key(20, 3), List.of()))).isEqualTo("ag(threshold=0.99,space=x0) + cfg(w=3)");
        assertThat(Term.text(store().fill(Term.parseStack("ag(threshold=0.5,space=eps) + cfg(w=3)"), key(20, 3), List.of()))).isEqualTo("ag(threshold=0.9999,space=eps) + cfg(w=3)");
    }

    @Test
    void aTableFitsARunThatHasNoWeightOfItsOwn() {
        store().keep(new Calibration(key(4, 3), "6 evaluations", Term.parse("table(steps=\"3 3 c c\")")));

        assertThat(store().fill(List.of(Term.of("table")), key(4, Double.NaN), List.of())).containsExactly(Term.parse("table(steps=\"3 3 c c\")"));
    }

    @Test
    void anotherKeyIsRefusedNamingBoth() {
        store().keep(ag(key(20, 3), "0.99", "x0"));

        assertThatThrownBy(() -> store().fill(Term.parseStack("ag + cfg(w=5)"), key(20, 5), List.of()))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining(key(20, 5).text())
                .hasMessageContaining(key(20, 3).text());
        assertThatThrownBy(() -> store().fill(Term.parseStack("cfg(w=5)"), key(20, 5), List.of())).hasMessageContaining("ag, core2_affine, linear_ag, table");
    }

    @Test
    void numbersThatWereMeasuredWithoutANetOfAnotherModelAreNotTakenWithIt() {
        store().keep(ag(key(20, 3), "0.99", "x0"));
        FitKey weak = lent(Branch.Net.WEAK, "a");
        List<Term> stack = Term.parseStack("ag + autoguidance + cfg(w=3)");
        assertThatThrownBy(() -> store().fill(stack, weak, List.of()))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining(weak.text())
                .hasMessageContaining("only for " + key(20, 3).text())
                .hasMessageContaining("CFG, which asks the model alone");

        store().keep(ag(weak, "0.95", "x0"));
        assertThat(Term.text(store().fill(stack, weak, List.of()))).startsWith("ag(threshold=0.95,");
        assertThat(Term.text(store().fill(Term.parseStack("ag + cfg(w=3)"), key(20, 3), List.of()))).as("both are kept").startsWith("ag(threshold=0.99,");
        for (FitKey other : List.of(lent(Branch.Net.WEAK, "b"), lent(Branch.Net.SECOND, "a"))) {
            assertThatThrownBy(() -> store().fill(stack, other, List.of())).hasMessageContaining(other.text());
        }
    }

    private static FitKey lent(Branch.Net role, String digit) {
        return new FitKey(MODEL, Map.of(role, digit.repeat(64)), "ddim(eta=0)", "trailing", 20, 3, 128, 128);
    }

    @Test
    void whatCameWithTheModelIsFoundAndOwnMeasurementsGoBeforeIt() {
        List<Calibration> shipped = List.of(ag(key(20, 3), "0.95", "x0"), ag(key(10, 3), "0.9", "x0"));
        assertThat(Term.text(store().fill(Term.parseStack("ag + cfg(w=3)"), key(20, 3), shipped))).startsWith("ag(threshold=0.95,");

        store().keep(ag(key(20, 3), "0.99", "x0"));

        assertThat(Term.text(store().fill(Term.parseStack("ag + cfg(w=3)"), key(20, 3), shipped))).startsWith("ag(threshold=0.99,");
        assertThat(Term.text(store().fill(Term.parseStack("ag + cfg(w=3)"), key(10, 3), shipped))).startsWith("ag(threshold=0.9,");
        assertThatThrownBy(() -> store().fill(Term.parseStack("ag + cfg(w=5)"), key(20, 5), shipped)).hasMessageContaining(key(10, 3).text());
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        store().keep(ag(key(20, 3), "0.99", "x0"));
        Path file = store().folder().resolve("0123456789abcdef.json");
        Files.writeString(file, "not json");

        assertThatThrownBy(() -> store().of(MODEL)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("0123456789abcdef.json");

        Files.write(file, new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> store().of(MODEL)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("one that cannot be read");
    }
}

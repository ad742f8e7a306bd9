package org.lodestar.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;

class RecordJsonTest {

    @Test
    void aRecordReadsBack() {
        assertThat(RecordJson.read(RecordJson.write(Records.record()))).isEqualTo(Records.record());
    }

    @Test
    void aRecordFromBeforeThereWereReadingsReadsBackWithoutAny() {
        String json = RecordJson.write(Records.record());
        String older = json.replaceFirst("\"readings\":\\{[^}]*},", "");

        assertThat(older).isNotEqualTo(json);
        assertThat(RecordJson.read(older).readings()).isEmpty();
    }

    @Test
    void theSpecIsAnObjectAndKeepsItsHash() {
        String json = RecordJson.write(Records.record());
        assertThat(json).contains("\"spec\":" + Records.SPEC);
        RunRecord read = RecordJson.read(json);
        assertThat(Sha256.of(read.spec())).isEqualTo(read.specHash());
    }

    @Test
    void numbersThatDoNotExistAreNull() {
        assertThat(RecordJson.write(Records.record())).contains("\"cosineEps\":null").doesNotContain("NaN");
    }

    @Test
    void aLaterLayoutIsRefusedWithEverythingElseThatIsWrong() {
        String json = RecordJson.write(Records.record()).replace("\"schema\":1", "\"schema\":2").replace("\"threads\":2", "\"threads\":\"two\"");
        EngineException.InvalidInput problem = catchThrowableOfType(EngineException.InvalidInput.class, () -> RecordJson.read(json));
        assertThat(problem).hasMessageContaining("schema: expected a whole number from 1 to 1, found 2").hasMessageContaining("threads");
        assertThat(problem.problems()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void damagedTextNeverSurprises(long seed) {
        Random random = new Random(seed);
        String original = RecordJson.write(Records.record());
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder(original);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.setCharAt(at, (char) random.nextInt(128));
                } else {
                    text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
                }
            }
            try {
                RecordJson.read(text.toString());
            } catch (EngineException.InvalidInput e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 2000);
    }

    @Test
    void numbersAreWrittenInOneWayOnly() {
        assertThat(CanonicalJson.write(Arrays.asList(1.0, 100.0, 0.1, -0.0, 1e20, 1.5e-9, 123456789.125, 7, 7L, null, true)))
                .isEqualTo("[1,100,0.1,0,1E+20,1.5E-9,123456789.125,7,7,null,true]");
    }
}

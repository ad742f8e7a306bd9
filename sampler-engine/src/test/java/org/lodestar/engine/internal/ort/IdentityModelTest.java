package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;

class IdentityModelTest {
    @TempDir
    static Path cache;

    @Test
    void answersWithItsInputAfterTheTimeAskedFor() {
        CancelToken never = new CancelToken();
        try (IdentityModel model = IdentityModel.open(cache, 1, Duration.ofMillis(5))) {
            Latents x = Latents.zeros(4, 64, 64).like(i -> i * 1e-3);
            Query query = new Query(Branch.main("cond", model.text().encode("a fox", never)), x, model.schedule().at(500));
            long start = System.nanoTime();

            List<Prediction> answers = model.denoiser().predict(List.of(query, query), never);

            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(Duration.ofMillis(10).toNanos());
            assertThat(model.waitedNanos()).isGreaterThanOrEqualTo(Duration.ofMillis(10).toNanos());
            assertThat(answers).allSatisfy(answer -> assertThat(answer.noise()).isEqualTo(x));
            assertThat(model.codec().decode(answers.getFirst().denoised(), never).width()).isEqualTo(512);
        }
    }
}

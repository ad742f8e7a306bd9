package org.lodestar.engine.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.image.Pictures;

class A1111TextTest {

    @Test
    void aTypicalTextIsTakenApart() {
        A1111Text text = A1111Text.parse("""
                masterpiece, a fox: red,
                second line
                Negative prompt: blurry, (bad:1.2)
                more of it
                Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1234567890, Size: 512x768, Model hash: 6ce0161689, Model: some-model, \
                Lora hashes: "detail: aabbcc, fox: ddeeff", Civitai resources: [{"type":"checkpoint","name":"a, b"},{"x":1}], Version: v1.9.4""");

        assertThat(text.prompt()).isEqualTo("masterpiece, a fox: red,\nsecond line");
        assertThat(text.negative()).isEqualTo("blurry, (bad:1.2)\nmore of it");
        assertThat(text.size()).contains(new A1111Text.Size(512, 768));
        assertThat(text.settings())
                .containsEntry("Lora hashes", "detail: aabbcc, fox: ddeeff")
                .containsEntry("Civitai resources", "[{\"type\":\"checkpoint\",\"name\":\"a, b\"},{\"x\":1}]")
                .containsEntry("Version", "v1.9.4");

        SharedSettings settings = SharedSettings.of(text);
        assertThat(settings.sampler()).contains("dpmpp_2m");
        assertThat(settings.spacing()).contains("karras");
        assertThat(settings.policy()).contains("cfg(w=7)");
        assertThat(settings.seed()).contains(1234567890L);
        assertThat(settings.steps()).contains(28);
        assertThat(settings.noise()).contains("nv");
        assertThat(settings.modelHash()).contains("6ce0161689");
    }

    @Test
    void theScheduleTypeOfNewerTextsIsUnderstood() {
        SharedSettings settings = SharedSettings.of(A1111Text.parse("x\nSteps: 5, Sampler: Euler a, Schedule type: SGM Uniform, RNG: CPU, CFG scale: 6.5"));
        assertThat(settings.sampler()).contains("euler_a");
        assertThat(settings.spacing()).contains("trailing");
        assertThat(settings.noise()).contains("torch");
        assertThat(settings.policy()).contains("cfg(w=6.5)");
    }

    /// Names as the A1111 family writes them, each of a sampler this program has.
    @ParameterizedTest
    @ValueSource(strings = {"Euler", "Euler a", "DDIM", "DDPM", "Heun", "LMS", "DPM2", "DPM2 a", "DPM++ 2M", "DPM++ 2S a", "DPM++ SDE", "DPM++ 2M SDE", "DPM++ 3M SDE", "UniPC", "LCM"})
    void commonSamplerNamesAreUnderstood(String name) {
        String plain = SharedSettings.of(A1111Text.parse("x\nSteps: 5, Sampler: " + name + ", Seed: 1")).sampler().orElseThrow();
        SharedSettings karras = SharedSettings.of(A1111Text.parse("x\nSteps: 5, Sampler: " + name + " Karras, Seed: 1"));

        assertThat(Catalog.samplerType(plain).descriptor().name()).isEqualTo(name);
        assertThat(karras.sampler()).contains(plain);
        assertThat(karras.spacing()).contains("karras");
    }

    @Test
    void twoPairsAreNotYetSettings() {
        A1111Text text = A1111Text.parse("a poster\nTitle: Fox, Year: 1920");
        assertThat(text.prompt()).isEqualTo("a poster\nTitle: Fox, Year: 1920");
        assertThat(text.settings()).isEmpty();
        assertThat(SharedSettings.of(text).noise()).isEmpty();
    }

    @Test
    void whatIsNotUnderstoodStaysEmpty() {
        SharedSettings settings = SharedSettings.of(A1111Text.parse("x\nSteps: many, Sampler: Restart, CFG scale: NaN, Seed: 99999999999999999999, Size: big, Guidance: ((("));
        assertThat(settings.steps()).isEmpty();
        assertThat(settings.sampler()).isEmpty();
        assertThat(settings.policy()).isEmpty();
        assertThat(settings.seed()).isEmpty();
        assertThat(settings.size()).isEmpty();
    }

    @Test
    void ourTextIsWrittenInTheCommonForm() {
        A1111Text text = SharedSettings.text(Records.record(), Pictures.flat(128, 128, 0, 0, 0));
        assertThat(text.text())
                .isEqualTo("""
                        a red apple: shiny
                        Negative prompt: blurry, grey
                        Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 10, Seed: 7, Size: 128x128, Model hash: 0123456789, Model: Starter, RNG: CPU, \
                        Guidance: "apg(w=10,eta=0,r=7.5,beta=-0.75)", Version: Lodestar 0.1.0""");
        SharedSettings back = SharedSettings.of(A1111Text.parse(text.text()));
        assertThat(back.policy()).contains("apg(w=10,eta=0,r=7.5,beta=-0.75)");
        assertThat(back.sampler()).contains("euler_a");
        assertThat(back.noise()).contains("torch");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anySettingsReadBack(long seed) {
        Random random = new Random(seed);
        String alphabet = "ab Z9,:\"\\[]{}\n-/.é猫";
        for (int round = 0; round < 500; round++) {
            Map<String, String> settings = new LinkedHashMap<>();
            for (int i = 0; i < 3 + random.nextInt(4); i++) {
                StringBuilder value = new StringBuilder();
                for (int j = random.nextInt(12); j >= 0; j--) {
                    value.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                settings.put("Key " + i, value.toString());
            }
            A1111Text text = new A1111Text("a cat\non a mat", round % 2 == 0 ? "" : "dogs, mice", settings);

            assertThat(A1111Text.parse(text.text())).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anyTextCanBeRead(long seed) {
        Random random = new Random(seed);
        String alphabet = "ab 9,:\"\\[]{}\n\rNegative prompt: Steps: Size: 1x1";
        for (int round = 0; round < 3000; round++) {
            StringBuilder any = new StringBuilder();
            for (int j = random.nextInt(120); j >= 0; j--) {
                any.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            SharedSettings settings = SharedSettings.of(A1111Text.parse(any.toString()));
            assertThat(settings.steps().orElse(1)).isPositive();
        }
    }

    @Test
    void aHugeLineOfOpenBracketsIsReadInTime() {
        String line = "Steps: 1, A: 1, B: 1, " + "C: [1, ".repeat(8_000);
        assertThat(A1111Text.parse(line).setting("Steps")).isEqualTo(Optional.of("1"));
    }
}

package org.lodestar.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.evidence.EvidencePage.Section;

class EvidencePageTest {
    private static final String HEAD = "Model: one.\n\n";
    private static final Section SECOND = new Section(2, "When it (nearly) stops", "**Found: shown.** At step 3.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
    private static final Section TENTH = new Section(10, "At equal cost", "**Found: not possible with this model.** No net.\n");

    @Test
    void aPageReadBackIsThePageThatWasWritten(@TempDir Path folder) throws IOException {
        EvidencePage page = new EvidencePage(HEAD, List.of(TENTH, SECOND));
        Path file = Files.writeString(folder.resolve("README.md"), page.markdown());

        EvidencePage back = EvidencePage.at(file, HEAD);

        assertThat(back).isEqualTo(page);
        assertThat(back.markdown()).isEqualTo(page.markdown());
        assertThat(back.sections()).extracting(Section::number).containsExactly(2, 10);
    }

    @Test
    void aNewFindingReplacesTheOldOneAndLeavesTheOthers() {
        Section again = new Section(2, "When it (nearly) stops", "**Found: partly shown.** At step 4.\n");

        String text = new EvidencePage(HEAD, List.of(SECOND, TENTH)).with(again).markdown();

        assertThat(text)
                .contains("| 2 | [When it (nearly) stops](#2-when-it-nearly-stops) | partly shown |", "At step 4", "| 10 |", "not possible with this model |")
                .doesNotContain("At step 3");
    }

    @Test
    void whatWasMeasuredOnSomethingElseIsNotKept(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("README.md"), new EvidencePage(HEAD, List.of(SECOND)).markdown());

        assertThat(EvidencePage.at(file, "Model: another.\n\n").sections()).isEmpty();
        assertThat(EvidencePage.at(folder.resolve("none.md"), HEAD).sections()).isEmpty();
    }
}

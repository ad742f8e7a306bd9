package org.lodestar.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.guidance.PolicyType;
import org.lodestar.engine.guidance.Slot;

/// The pages in the repository. After a change of the catalogue: `./lodestar docs guidance --text-only --out docs/guidance`.
class GuidancePagesTest {
    private static final Path FOLDER = Path.of(System.getProperty("lodestar.root"), "docs", "guidance");

    @Test
    void thePagesInTheRepositoryAreThoseOfTheCatalogue() throws IOException {
        Map<String, String> expected = GuidancePages.pages(id -> Files.exists(FOLDER.resolve(id + ".png")));

        for (Map.Entry<String, String> page : expected.entrySet()) {
            assertThat(FOLDER.resolve(page.getKey())).exists();
            assertThat(Files.readString(FOLDER.resolve(page.getKey()))).as(page.getKey()).isEqualTo(page.getValue());
        }
    }

    @Test
    void theIndexLeadsToWhatIsNotHere() {
        assertThat(GuidancePages.pages(_ -> false).get("README.md")).contains("](what-is-not-here.md)");
        assertThat(FOLDER.resolve("what-is-not-here.md")).isNotEmptyFile();
    }

    @Test
    void everyPlaceOfAStackHasAFamily() {
        for (Slot slot : Slot.values()) {
            PolicyType alone = new PolicyType(Catalog.policies().getFirst().descriptor(), Set.of(slot), "", Catalog.policies().getFirst().create());
            assertThat(Family.of(alone)).as(slot.name()).isNotNull();
        }
    }

    @Test
    void everyPolicyStandsOnExactlyOnePageAndInTheIndex() {
        Map<String, String> pages = GuidancePages.pages(_ -> true);
        for (PolicyType type : Catalog.policies()) {
            String id = type.descriptor().id();
            assertThat(pages.get("README.md")).contains("`" + id + "`");
            assertThat(pages.entrySet().stream().filter(page -> page.getValue().contains("](" + id + ".png)"))).as(id).hasSize(1);
        }
    }
}

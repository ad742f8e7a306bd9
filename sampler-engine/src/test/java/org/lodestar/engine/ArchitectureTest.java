package org.lodestar.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/// The dependency rules of docs/ARCHITECTURE.md.
class ArchitectureTest {
    private static final String BASE = "org.lodestar.engine";
    private static final JavaClasses ENGINE =
            new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(BASE);

    @Test
    void theScanSeesTheEngine() {
        assertThat(ENGINE.size()).isGreaterThan(100);
    }

    @Test
    void theEngineKnowsNoUserInterfaceAndNoNetwork() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javafx..", "javax.swing..", "org.lodestar.studio..", "java.net.http..", "javax.net..")
                .because("the engine runs headless and offline; pictures are plain values")
                .check(ENGINE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(.*Socket.*|URL|URLConnection|HttpURLConnection)")
                .because("the program opens no connection and no port")
                .check(ENGINE);
    }

    @Test
    void onlyOneClassReadsPicturesWithTheJdk() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(BASE + ".image.JdkPictureReader")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt..", "javax.imageio..")
                .because("pictures are plain values; formats other than PNG are decoded in one place")
                .check(ENGINE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt", "java.awt.event..", "java.awt.peer..")
                .because("nothing in the engine needs a display")
                .check(ENGINE);
    }

    @Test
    void onlyOnePackageKnowsTheNetworkRuntime() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".internal.ort..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .because("native objects have one owner")
                .check(ENGINE);
    }

    @Test
    void thereAreNoPackageCycles() {
        slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(ENGINE);
    }

    @Test
    void guidanceAndSamplersDoNotSeeEachOther() {
        noClasses().that().resideInAPackage(BASE + ".guidance..").should().dependOnClassesThat().resideInAPackage(BASE + ".sampler..").check(ENGINE);
        noClasses().that().resideInAPackage(BASE + ".sampler..").should().dependOnClassesThat().resideInAPackage(BASE + ".guidance..").check(ENGINE);
    }

    @Test
    void theMathematicsKnowsNeitherRunsNorRuntime() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        BASE + ".latent..", BASE + ".schedule..", BASE + ".model..", BASE + ".guidance..", BASE + ".sampler..", BASE + ".noise..", BASE + ".parameter..", BASE + ".fault..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + ".run..", BASE + ".internal..", BASE + ".cli..", BASE + ".catalog..", BASE + ".pack..", BASE + ".record..")
                .because("arrows point one way")
                .check(ENGINE);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(ENGINE);
    }

    @Test
    void threadsAreMadeInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + ".run..", BASE + ".cli..")
                .should()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callConstructorWhere(DescribedPredicate.describe(
                        "of a thread or an executor",
                        call -> call.getTargetOwner().isAssignableTo(Thread.class) || call.getTargetOwner().isAssignableTo(Executor.class)))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors")
                .because("each thread has an owner that is named in docs/ARCHITECTURE.md")
                .check(ENGINE);
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(ENGINE);
    }

    @Test
    void nothingStaticChanges() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(DescribedPredicate.describe("are written by hand", (JavaClass c) -> !c.getName().contains("$SwitchMap")))
                .should()
                .beFinal()
                .because("state has an owner")
                .check(ENGINE);
    }

    @Test
    void namesSayWhatThingsAre() {
        classes()
                .should()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotEndingWith("Utils")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .andShould()
                .haveSimpleNameNotEndingWith("Manager")
                .check(ENGINE);
    }
}

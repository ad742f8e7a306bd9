package org.lodestar.studio;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/// The dependency rules of docs/ARCHITECTURE.md for the studio.
class ArchitectureTest {
    private static final String BASE = "org.lodestar.studio";
    private static final JavaClasses STUDIO =
            new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(BASE);

    @Test
    void theScanSeesTheStudio() {
        assertThat(STUDIO.size()).isGreaterThan(20);
    }

    @Test
    void onlyOnePlaceHandsWorkToTheWindowsThread() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(BASE + ".fx.FxThread")
                .should()
                .callMethod("javafx.application.Platform", "runLater", "java.lang.Runnable")
                .because("one class owns the way to the window's thread")
                .check(STUDIO);
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".fx..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("javafx.animation.AnimationTimer")
                .check(STUDIO);
    }

    @Test
    void viewModelsKnowNoSceneGraph() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("ViewModel")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javafx.scene..", "javafx.stage..", "javafx.animation..")
                .because("view models are tested without a toolkit")
                .check(STUDIO);
    }

    @Test
    void controlsKnowNoSessionAndNoRun() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + ".control..", BASE + ".theme..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + ".session..", BASE + ".create..", BASE + ".compare..", BASE + ".shell..", "org.lodestar.engine.run..")
                .check(STUDIO);
    }

    @Test
    void theScreensDoNotKnowEachOtherAndTheSharedPartsNoScreen() {
        List<String> screens = List.of(BASE + ".create..", BASE + ".compare..", BASE + ".models..");
        for (String screen : screens) {
            String[] others = screens.stream().filter(other -> !other.equals(screen)).toArray(String[]::new);
            noClasses().that().resideInAPackage(screen).should().dependOnClassesThat().resideInAnyPackage(others).check(STUDIO);
        }
        noClasses()
                .that()
                .resideInAnyPackage(BASE + ".form..", BASE + ".timeline..", BASE + ".guidance..", BASE + ".prompt..", BASE + ".source..", BASE + ".session..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(screens.toArray(String[]::new))
                .check(STUDIO);
    }

    @Test
    void thereAreNoPackageCycles() {
        slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(STUDIO);
    }

    @Test
    void threadsAreMadeInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".fx..")
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
                .check(STUDIO);
    }

    @Test
    void nothingReachesForTheNetworkOrTheOldToolkits() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "javax.net..", "java.awt..", "javax.swing..", "javafx.scene.web..")
                .check(STUDIO);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().because("state has an owner").check(STUDIO);
    }
}

package org.lodestar.studio;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.parameter.Term;
import org.lodestar.studio.Scenario.Act;
import org.lodestar.studio.compare.CompareMode;
import org.lodestar.studio.create.Lens;

/// Every state of the window that somebody should have looked at. The first one of a screen shows it at its best.
final class Scenarios {
    private static final String FACE = "smiling face with sunglasses";
    private static final String HOT = "cfg(w=12)";
    private static final String COOL = "apg(w=12,beta=-0.5)";
    private static final String INTERVAL = "interval(lo=0.2,hi=5) + cfg(w=12)";
    private static final String STACK = "interval(lo=0.2,hi=5) + apg(w=10,eta=0,r=7.5,beta=-0.75) + rescale(phi=0.7)"
            + " + curve(shape=points,points=\"0:1 0.5:1.4 1:0.6\")";
    private static final int LONG = 500;

    static final List<Scenario> ALL = List.of(
            state("create", "pictures", on -> List.of(
                    on.generate("a red apple", 3, "cfg(w=5)"),
                    on.generate("blue heart", 12, "cfg(w=4)"),
                    on.generate(FACE, 3, "cfg(w=6)"),
                    new Act(
                            () -> {
                                on.create().stage().steps().select(8);
                                on.create().recipe().guidance().show(Term.parseStack("apg(w=8)"));
                                on.create().branchHere();
                            },
                            () -> !on.create().runningProperty().get()))),
            state("create", "first", on -> List.of()),
            state("create", "running", on -> List.of(on.begin(FACE, 3, COOL))),
            trouble("create", "long-prompt", on -> List.of(on.generate(() -> {
                on.create().recipe().form().promptProperty().set(words(LONG));
                on.create().recipe().form().negativeProperty().set(words(LONG));
            }))),
            state("create", "stack", on -> List.of(on.generate(FACE, 3, STACK))),
            state("create", "source", on -> List.of(
                    on.generate("a red apple", 3, "cfg(w=5)"),
                    on.generate(() -> {
                        on.create().recipe().form().promptProperty().set("a green apple");
                        on.create().recipe().form().source().choose(on.newestPicture());
                        on.create().recipe().form().source().mask(on.newestPicture());
                    }))),
            state("create", "curve", on -> List.of(on.generate(FACE, 3, "curve(shape=points,points=\"0:0.2 0.4:1.6 1:0.5\") + cfg(w=6)"))),
            state("create", "concepts", on -> List.of(on.generate(FACE, 3, "guardian(concepts=\"heart|love=a star\") + cfg(w=6)"))),
            state("create", "no-guidance", on -> List.of(Act.now(() -> on.create().recipe().guidance().show(List.of())))),
            state("create", "four-views", on -> List.of(
                    on.generate(FACE, 3, "cfg(w=6)"), Act.now(() -> on.create().stage().lensProperty().set(Lens.ALL_FOUR)))),
            state("create", "chooser", on -> List.of(on.press("add-policy"))),
            state("create", "live", on -> List.of(on.generate(FACE, 3, "cfg(w=6)"), Act.now(() -> on.create().liveProperty().set(true)))),
            state("create", "settings", on -> List.of(on.press("open-settings"))),
            state("create", "keys", on -> List.of(on.press("keys"))),
            trouble("create", "wrong", on -> List.of(on.generate(() -> {
                on.create().recipe().form().sizeProperty().set(new Size(100, 4000));
                on.create().recipe().guidance().show(Term.parseStack(HOT));
            }))),
            trouble("create", "failed", on -> List.of(on.generate(() -> {
                on.create().recipe().form().promptProperty().set(FACE);
                on.studio().session().changeOutputFolder(on.write("in-the-way", "a file where a folder should be"));
            }))),
            trouble("create", "no-model", on -> List.of(on.use(on.scratch().resolve("not-there")))),
            state("compare", "pictures", on -> List.of(on.compare(FACE, HOT, COOL))),
            state("compare", "first", on -> List.of()),
            state("compare", "running", on -> List.of(on.beginCompare(FACE, HOT, COOL))),
            state("compare", "three", on -> List.of(on.compare(FACE, HOT, COOL, INTERVAL))),
            state("compare", "four", on -> List.of(on.compare(FACE, HOT, COOL, INTERVAL, "ag + cfg(w=12)"))),
            state("compare", "slider", on -> List.of(on.compare(FACE, HOT, COOL), Act.now(() -> on.compare().modeProperty().set(CompareMode.SLIDER)))),
            state("compare", "flip", on -> List.of(on.compare(FACE, HOT, COOL), Act.now(() -> on.compare().modeProperty().set(CompareMode.FLIP)))),
            state("compare", "difference", on -> List.of(
                    on.compare(FACE, HOT, COOL, INTERVAL), Act.now(() -> on.compare().modeProperty().set(CompareMode.DIFFERENCE)))),
            state("compare", "edited", on -> List.of(
                    on.compare(FACE, HOT, COOL), Act.now(() -> on.compare().lanes().getFirst().guidance().show(Term.parseStack(STACK))), on.press("export"))),
            state("compare", "policy", on -> List.of(on.compare(FACE, HOT, COOL), on.press("policy-A"))),
            state("compare", "source", on -> List.of(on.press("source"))),
            state("compare", "long-prompt", on -> List.of(Act.now(() -> {
                on.compare().form().promptProperty().set(words(LONG));
                on.compare().form().negativeProperty().set(words(LONG));
            }))),
            trouble("compare", "wrong", on -> List.of(new Act(
                    () -> {
                        on.compare().form().sizeProperty().set(new Size(100, 4000));
                        on.compare().run();
                    },
                    () -> true))),
            state("models", "found", on -> List.of(on.search())),
            state("models", "damaged", on -> List.of(
                    Act.now(() -> {
                        on.write("models/half-a-model/model_index.json", "{\"_class_name\": \"OnnxStableDiffusionPipeline\"}");
                        on.write("models/not-json/model_index.json", "{ this is not JSON");
                        on.studio().session().changeModelFolders(List.of(on.scratch().resolve("models"), Path.of("/nowhere/pictures/models")));
                    }),
                    on.search())),
            new Scenario("models", "loading", false, on -> List.of(on.search()), on -> {
                on.studio().session().unload();
                on.studio().session().use(ModelChoice.STARTER);
            }),
            state("models", "unloaded", on -> List.of(on.search(), Act.now(() -> on.studio().session().unload()))),
            state("models", "lent", on -> List.of(
                    Act.now(() -> {
                        on.copyModel("models/elder-sister");
                        on.copyModel("models/younger-sister");
                        on.studio().session().changeModelFolders(List.of(on.scratch().resolve("models")));
                    }),
                    on.search(),
                    on.lend("younger-sister", Branch.Net.WEAK))),
            trouble("models", "no-model", on -> List.of(on.search(), on.use(on.scratch().resolve("not-there")))));

    private Scenarios() {}

    private static Scenario state(String screen, String id, Function<Stagehand, List<Act>> acts) {
        return new Scenario(screen, id, false, acts, on -> {});
    }

    private static Scenario trouble(String screen, String id, Function<Stagehand, List<Act>> acts) {
        return new Scenario(screen, id, true, acts, on -> {});
    }

    private static String words(int count) {
        List<String> some = Arrays.asList("a red fox with soft fur in a green meadow under evening light,".split(" ", -1));
        return String.join(" ", Collections.nCopies(count / some.size() + 1, String.join(" ", some)));
    }
}

package org.lodestar.studio.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.parameter.Term;

/// How one guidance stack differs from another, in as few characters as fit on a timeline.
public final class StackDifference {

    /// Longer differences, such as those of texts, do not fit on a step.
    private static final int LONGEST = 16;

    private StackDifference() {}

    /// `10→12` where one parameter changed, "" where nothing did or it cannot be said that shortly.
    public static String between(List<Term> before, List<Term> after) {
        if (!before.stream().map(Term::id).toList().equals(after.stream().map(Term::id).toList())) {
            return "";
        }
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            Map<String, String> old = before.get(i).parameters();
            after.get(i).parameters().forEach((name, value) -> {
                String was = old.getOrDefault(name, "");
                if (!was.equals(value)) {
                    changed.add(was + "→" + value);
                }
            });
        }
        return changed.size() == 1 && changed.getFirst().length() <= LONGEST ? changed.getFirst() : "";
    }
}

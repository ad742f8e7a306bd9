package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Optional;
import org.lodestar.engine.fault.Problem;

/// What a prompt is about, among the labels of a classifier: the longest label that stands in it as whole words, also with a plural `s` or `es`.
///
/// @param before the prompt up to the label
/// @param label  index of the label
/// @param after  the rest of the prompt
record Subject(String before, int label, String after) {
    private static final int LABELS_SHOWN = 30;

    /// The subject of the prompt; empty if no label stands in it.
    static Optional<Subject> of(Wording wording) {
        String prompt = wording.prompt();
        Optional<Subject> found = Optional.empty();
        int longest = 0;
        for (int i = 0; i < wording.labels().size(); i++) {
            String label = wording.labels().get(i);
            int at = label.length() > longest ? indexOf(prompt, label) : -1;
            if (at >= 0) {
                longest = label.length();
                found = Optional.of(new Subject(prompt.substring(0, at), i, prompt.substring(at + longest)));
            }
        }
        return found;
    }

    /// The prompt about something else.
    String with(String label) {
        return before + label + after;
    }

    /// What keeps a policy that needs a subject from acting.
    ///
    /// @param policy its id
    static List<Problem> problems(String policy, Wording wording) {
        List<String> labels = wording.labels();
        if (labels.isEmpty() || of(wording).isPresent()) {
            return List.of();
        }
        String shown = String.join(", ", labels.subList(0, Math.min(LABELS_SHOWN, labels.size())));
        String more = labels.size() > LABELS_SHOWN ? " and " + (labels.size() - LABELS_SHOWN) + " more" : "";
        return List.of(new Problem(
                "prompt", "one of the words that this model's classifier knows (" + shown + more + ")", "\"" + wording.prompt() + "\"", "Use one of them, or leave " + policy + " out"));
    }

    private static int indexOf(String prompt, String label) {
        for (int at = 0; at + label.length() <= prompt.length(); at++) {
            if (prompt.regionMatches(true, at, label, 0, label.length()) && isEdge(prompt, at - 1) && endsWord(prompt, at + label.length())) {
                return at;
            }
        }
        return -1;
    }

    private static boolean endsWord(String prompt, int end) {
        return isEdge(prompt, end)
                || (prompt.startsWith("s", end) && isEdge(prompt, end + 1))
                || (prompt.startsWith("es", end) && isEdge(prompt, end + 2));
    }

    private static boolean isEdge(String prompt, int at) {
        return at < 0 || at >= prompt.length() || !Character.isLetterOrDigit(prompt.charAt(at));
    }
}

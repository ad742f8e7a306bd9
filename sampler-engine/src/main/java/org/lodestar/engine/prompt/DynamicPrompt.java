package org.lodestar.engine.prompt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A prompt drawn from a template.
///
/// ```
/// {a|b|c}  one of them        {3::a|b}  a three times as likely       {2$$a|b|c}  two different ones, with commas
/// {1-3$$a|b|c}  one to three  {2$$ and $$a|b|c}  joined by " and "    __name__  a line of the list of that name
/// ${v={a|b}}  from here on ${v} draws from {a|b}, each time anew   ${v=!{a|b}}  draws now, and ${v} is that   ${v:c}  v, or c where there is no v
/// \{ \} \|  the characters themselves
/// ```
///
/// They nest, and lines of a list may hold templates too, 20 deep and up to 10,000 draws. What is no such form, an unknown list or variable, and whatever lies beyond, stays as it is. The same template,
/// lists and seed give the same prompt.
public final class DynamicPrompt {
    private static final Pattern LIST = Pattern.compile("__([A-Za-z0-9_/\\-]*[A-Za-z0-9])__");
    private static final Pattern COUNT = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");
    private static final Pattern LIKELY = Pattern.compile("\\s*(\\d{1,6}(?:\\.\\d{0,6})?|\\.\\d{1,6})::");
    private static final Pattern VARIABLE = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_\\-]*)\\s*(?:(=!?|:)(.*))?", Pattern.DOTALL);
    private static final int DEEPEST = 20;
    private static final int MOST_DRAWS = 10_000;
    private static final int LONGEST = 20_000;

    private final Map<String, List<String>> lists;
    private final SplittableRandom random;
    private final Map<String, Value> variables = new HashMap<>();
    private int draws;

    /// What a variable stands for.
    ///
    /// @param template whether it is drawn from each time, instead of being the text itself
    private record Value(String text, boolean template) {}

    private DynamicPrompt(Map<String, List<String>> lists, long seed) {
        this.lists = lists;
        this.random = new SplittableRandom(seed);
    }

    /// The prompt that `seed` draws; `template` itself where it has nothing to draw.
    ///
    /// @param lists lines by name
    public static String draw(String template, Map<String, List<String>> lists, long seed) {
        return new DynamicPrompt(Map.copyOf(lists), seed).drawn(template, 0);
    }

    /// Names of the lists that `template` may draw from, in order.
    public static Set<String> names(String template) {
        return LIST.matcher(template).results().map(found -> found.group(1)).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private String drawn(String text, int depth) {
        StringBuilder out = new StringBuilder();
        Matcher list = LIST.matcher(text);
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);

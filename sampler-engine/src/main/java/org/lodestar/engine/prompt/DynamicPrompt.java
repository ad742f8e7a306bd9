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
            boolean open = depth < DEEPEST && out.length() < LONGEST && draws < MOST_DRAWS;
            int end = c == '{' && open ? Brackets.closing(text, at, text.length(), '}') : -1;
            int variable = c == '$' && open && text.startsWith("{", at + 1) ? Brackets.closing(text, at + 1, text.length(), '}') : -1;
            Matcher named = VARIABLE.matcher(variable < 0 ? "" : text.substring(at + 2, variable));
            if (c == '\\' && at + 1 < text.length() && "{}|".indexOf(text.charAt(at + 1)) >= 0) {
                out.append(text.charAt(at + 1));
                at += 2;
            } else if (named.matches()) {
                draws++;
                out.append(variable(named, depth + 1).orElse(text.substring(at, variable + 1)));
                at = variable + 1;
            } else if (end >= 0) {
                draws++;
                out.append(chosen(text.substring(at + 1, end), depth + 1));
                at = end + 1;
            } else if (c == '_' && open && list.find(at) && list.start() == at && !lines(list.group(1)).isEmpty()) {
                draws++;
                List<String> lines = lines(list.group(1));
                out.append(drawn(lines.get(random.nextInt(lines.size())), depth + 1));
                at = list.end();
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    /// What `${...}` gives: nothing where it sets a variable; empty where there is no such variable.
    private Optional<String> variable(Matcher named, int depth) {
        String name = named.group(1);
        String rest = Objects.requireNonNullElse(named.group(3), "");
        switch (Objects.requireNonNullElse(named.group(2), "")) {
            case "=" -> variables.put(name, new Value(rest, true));
            case "=!" -> variables.put(name, new Value(drawn(rest, depth), false));
            case ":" -> {
                return Optional.of(value(name, depth).orElseGet(() -> drawn(rest, depth)));
            }
            default -> {
                return value(name, depth);
            }
        }
        return Optional.of("");
    }

    private Optional<String> value(String name, int depth) {
        return Optional.ofNullable(variables.get(name)).map(value -> value.template() ? drawn(value.text(), depth) : value.text());
    }

    private List<String> lines(String name) {
        return lists.getOrDefault(name, List.of());
    }

    /// An option and how likely it is against the others.
    private record Option(String text, double likely) {}

    private String chosen(String inside, int depth) {
        String options = inside;
        int least = 1;
        int most = 1;
        String joint = ", ";
        int mark = inside.indexOf("$$");
        Matcher count = COUNT.matcher(mark < 0 ? "" : inside.substring(0, mark).strip());
        if (count.matches()) {
            least = Integer.parseInt(count.group(1));
            most = count.group(2) == null ? least : Math.max(least, Integer.parseInt(count.group(2)));
            options = inside.substring(mark + 2);
            int second = options.indexOf("$$");
            if (second >= 0) {
                joint = options.substring(0, second);
                options = options.substring(second + 2);
            }
        }
        List<Option> open = new ArrayList<>(split(options).stream().map(DynamicPrompt::option).toList());
        int wanted = Math.min(open.size(), least + (most > least ? random.nextInt(most - least + 1) : 0));
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            taken.add(drawn(open.remove(pick(open)).text(), depth).strip());
        }
        return taken.stream().collect(Collectors.joining(joint));
    }

    private static Option option(String text) {
        Matcher likely = LIKELY.matcher(text);
        return likely.lookingAt() ? new Option(text.substring(likely.end()), Double.parseDouble(likely.group(1))) : new Option(text, 1);
    }

    private int pick(List<Option> open) {
        double sum = open.stream().mapToDouble(Option::likely).sum();
        double left = random.nextDouble() * sum;
        for (int i = 0; i < open.size(); i++) {
            left -= open.get(i).likely();
            if (left < 0) {
                return i;
            }
        }
        return open.size() - 1;
    }

    /// The parts between bars that stand in no braces.
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> depth++;
                case '}' -> depth--;
                case '|' -> {
                    if (depth == 0) {
                        parts.add(text.substring(from, i));
                        from = i + 1;
                    }
                }
                default -> {}
            }
        }
        parts.add(text.substring(Math.min(from, text.length())));
        return Collections.unmodifiableList(parts);
    }
}

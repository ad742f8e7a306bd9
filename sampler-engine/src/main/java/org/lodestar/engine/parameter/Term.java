package org.lodestar.engine.parameter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;

/// An id with parameters, as written: `apg(w=10,eta=0)`. Not yet checked against a catalogue.
///
/// Grammar: `stack := term ("+" term)*`, `term := id [ "(" [name "=" value ("," name "=" value)*] ")" ]`, a value is a word of letters, digits and `._+-`, or a text in double
/// quotes with `\"` and `\\` escaped. Blanks between parts do not matter.
///
/// @param id         what is named
/// @param parameters name to value as written, in order
public record Term(String id, Map<String, String> parameters) {
    public Term {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /// An id without parameters.
    public static Term of(String id) {
        return new Term(id, Map.of());
    }

    /// Exactly one term.
    ///
    /// @throws EngineException.InvalidInput if the text is not one
    public static Term parse(String text) {
        List<Term> terms = parseStack(text);
        if (terms.size() != 1) {
            throw new EngineException.InvalidInput(quoted(text), "one name with optional parameters", terms.size() + " joined by +", "Keep one of them");
        }
        return terms.getFirst();
    }

    /// One or more terms joined by `+`.
    ///
    /// @throws EngineException.InvalidInput if the text does not follow the grammar, saying where
    public static List<Term> parseStack(String text) {
        return new Parser(text).stack();
    }

    /// The text form, which [#parse] reads back.
    public String text() {
        if (parameters.isEmpty()) {
            return id;
        }
        return id
                + parameters.entrySet().stream()
                        .map(e -> e.getKey() + "=" + quoteIfNeeded(e.getValue()))
                        .collect(Collectors.joining(",", "(", ")"));
    }

    /// The text form of a stack: terms joined by ` + `.
    public static String text(List<Term> stack) {
        return stack.stream().map(Term::text).collect(Collectors.joining(" + "));
    }

    /// This term with one parameter given another value, or added.
    public Term with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new Term(id, changed);
    }

    /// The term of a descriptor with all its parameters spelled out.
    public static Term of(Descriptor descriptor, Parameters parameters) {
        Map<String, String> written = new LinkedHashMap<>();
        parameters.asMap().forEach((name, value) -> written.put(name, value instanceof Double d ? Descriptor.plain(d) : String.valueOf(value)));
        return new Term(descriptor.id(), written);
    }

    @Override
    public String toString() {
        return text();
    }

    private static String quoteIfNeeded(String value) {
        boolean word = !value.isEmpty() && value.chars().allMatch(Term::isWord);
        return word ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean isWord(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '+';
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<Term> stack() {
            List<Term> terms = new ArrayList<>();
            do {
                terms.add(term());
                blanks();
            } while (accept('+'));
            if (at < text.length()) {
                throw fail("a + or the end");
            }
            return terms;
        }

        private Term term() {
            blanks();
            String id = name("a name like cfg");
            Map<String, String> parameters = new LinkedHashMap<>();
            blanks();
            if (accept('(')) {
                blanks();
                if (accept(')')) {
                    return new Term(id, parameters);
                }
                do {
                    blanks();
                    String name = name("a parameter name");
                    blanks();
                    expect('=');
                    blanks();
                    if (parameters.put(name, value()) != null) {
                        throw fail("each parameter once, but " + name + " stands twice before this place");
                    }
                    blanks();
                } while (accept(','));
                expect(')');
            }
            return new Term(id, parameters);
        }

        private String name(String what) {
            int start = at;
            while (at < text.length() && isWord(text.charAt(at)) && text.charAt(at) != '+') {
                at++;
            }
            if (start == at) {
                throw fail(what);
            }
            return text.substring(start, at);
        }

        private String value() {
            if (accept('"')) {
                StringBuilder out = new StringBuilder();
                while (at < text.length() && text.charAt(at) != '"') {
                    if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                        at++;
                    }
                    out.append(text.charAt(at++));
                }
                expect('"');
                return out.toString();
            }
            int start = at;
            while (at < text.length() && isWord(text.charAt(at))) {
                at++;
            }
            if (start == at) {
                throw fail("a value (a number, a word, or a text in double quotes)");
            }
            return text.substring(start, at);
        }

        private void blanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private boolean accept(char c) {
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private void expect(char c) {
            if (!accept(c)) {
                throw fail("'" + c + "'");
            }
        }

        private EngineException.InvalidInput fail(String expected) {
            String found = at >= text.length() ? "the end of the text" : "'" + text.charAt(at) + "' at character " + (at + 1);
            return new EngineException.InvalidInput(quoted(text), expected, found, "Write it like cfg(w=7.5) or interval(lo=0.2,hi=5) + apg(w=10,eta=0)");
        }
    }
}

package org.lodestar.engine.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.fault.Problem;
import tools.jackson.databind.JsonNode;

/// A JSON object that people write by hand: every key is optional, and whatever is not known or has the wrong type becomes a problem.
///
/// @param where what problems call it ("lodestar.json defaults")
record CheckedJson(JsonNode object, String where, List<Problem> problems) {

    /// Reports keys other than `keys`.
    CheckedJson knows(String... keys) {
        List<String> known = List.of(keys);
        for (String key : object.propertyNames()) {
            if (!known.contains(key)) {
                problems.add(new Problem(where, "keys among " + String.join(", ", known), key, "Check the spelling"));
            }
        }
        return this;
    }

    List<String> keys() {
        return List.copyOf(object.propertyNames());
    }

    /// The object under `key`; an empty one without it.
    CheckedJson object(String key) {
        JsonNode value = object.path(key);
        boolean missing = value.isMissingNode();
        if (!missing && !value.isObject()) {
            wrong(key, "an object { }", value);
        }
        return new CheckedJson(value.isObject() ? value : JsonFile.empty().root(), where + " " + key, problems);
    }

    /// The objects of the list under `key`; none without it.
    List<CheckedJson> objects(String key) {
        JsonNode value = object.path(key);
        List<CheckedJson> objects = new ArrayList<>();
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isObject)) {
            value.forEach(entry -> objects.add(new CheckedJson(entry, where + " " + key + " " + (objects.size() + 1), problems)));
        } else if (!value.isMissingNode()) {
            wrong(key, "a list of objects [{ }, ...]", value);
        }
        return objects;
    }

    Optional<String> text(String key) {
        JsonNode value = object.path(key);
        if (value.isString()) {
            return Optional.of(value.stringValue());
        }
        return unusable(key, "a text", value);
    }

    /// The texts of the list under `key`; none without it.
    List<String> texts(String key) {
        JsonNode value = object.path(key);
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isString)) {
            return value.valueStream().map(JsonNode::stringValue).toList();
        }
        unusable(key, "a list of texts", value);
        return List.of();
    }

    Optional<Integer> whole(String key, int min, int max) {
        JsonNode value = object.path(key);
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= min && value.intValue() <= max) {
            return Optional.of(value.intValue());
        }
        return unusable(key, "a whole number from " + min + " to " + max, value);
    }

    /// A list of numbers.
    ///
    /// @param length how many; 0 for any
    Optional<List<Double>> numbers(String key, int length) {
        JsonNode value = object.path(key);
        if (value.isArray() && (length == 0 || value.size() == length)) {
            List<Double> numbers = new ArrayList<>();
            value.forEach(entry -> {
                if (entry.isNumber() && Double.isFinite(entry.doubleValue())) {
                    numbers.add(entry.doubleValue());
                }
            });
            if (numbers.size() == value.size()) {
                return Optional.of(List.copyOf(numbers));
            }
        }
        return unusable(key, length == 0 ? "a list of numbers" : "a list of " + length + " numbers", value);
    }

    private <T> Optional<T> unusable(String key, String expected, JsonNode value) {
        if (!value.isMissingNode()) {
            wrong(key, expected, value);
        }
        return Optional.empty();
    }

    private void wrong(String key, String expected, JsonNode value) {
        problems.add(new Problem(where + " " + key, expected, Problem.brief(value.toString(), 80), "Correct the value or leave it out"));
    }
}

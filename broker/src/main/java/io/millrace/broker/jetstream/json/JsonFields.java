package io.millrace.broker.jetstream.json;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fields of an object that was read; what wasn't there is no, 0 or empty. */
public final class JsonFields {
    private final Map<String, Object> values = new HashMap<>();

    void put(String name, Object value) {
        values.put(name, value);
    }

    void remove(String name) {
        values.remove(name);
    }

    /** The object that is there already, or a new one. */
    JsonFields into(String name) {
        return (JsonFields) values.computeIfAbsent(name, absent -> new JsonFields());
    }

    /** The map that is there already, or a new one. */
    Map<String, String> map(String name) {
        return typed(values.computeIfAbsent(name, absent -> new TreeMap<String, String>()));
    }

    public boolean flag(String name) {
        return values.getOrDefault(name, Boolean.FALSE).equals(Boolean.TRUE);
    }

    public long number(String name) {
        return (Long) values.getOrDefault(name, 0L);
    }

    /** The same, or what an int can hold of it. */
    public int smallNumber(String name) {
        return Math.clamp(number(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    public String text(String name) {
        return (String) values.getOrDefault(name, "");
    }

    public List<String> texts(String name) {
        List<String> texts = typed(values.getOrDefault(name, List.of()));
        return List.copyOf(texts);
    }

    public List<Long> numbers(String name) {
        List<Long> numbers = typed(values.getOrDefault(name, List.of()));
        return List.copyOf(numbers);
    }

    /** Sorted by name. */
    public SortedMap<String, String> textMap(String name) {
        Map<String, String> map = typed(values.getOrDefault(name, Map.of()));
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    public @Nullable OffsetDateTime time(String name) {
        return (OffsetDateTime) values.get(name);
    }

    /** An object; null if it wasn't there. */
    public @Nullable JsonFields object(String name) {
        return (JsonFields) values.get(name);
    }

    /** An object; one without fields if it wasn't there. */
    public JsonFields objectOrEmpty(String name) {
        JsonFields there = object(name);
        return there == null ? new JsonFields() : there;
    }

    public List<JsonFields> objects(String name) {
        List<JsonFields> objects = typed(values.getOrDefault(name, List.of()));
        return new ArrayList<>(objects);
    }

    /** The schema said which type it has, and the decoder saw to it. */
    @SuppressWarnings("unchecked")
    private static <T> T typed(Object value) {
        return (T) value;
    }
}

package io.millrace.broker.system;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of a request; what wasn't given is no, 0 or empty. */
final class RequestOptions {
    /** Nothing was given. */
    static final RequestOptions NONE = new RequestOptions();

    private final Map<String, Boolean> flags = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, List<String>> lists = new HashMap<>();

    void put(String name, boolean value) {
        flags.put(name, value);
    }

    void put(String name, long value) {
        numbers.put(name, value);
    }

    void put(String name, String value) {
        texts.put(name, value);
    }

    void put(String name, List<String> value) {
        lists.put(name, value);
    }

    boolean flag(String name) {
        return flags.getOrDefault(name, false);
    }

    long number(String name) {
        return numbers.getOrDefault(name, 0L);
    }

    String text(String name) {
        return texts.getOrDefault(name, "");
    }

    List<String> texts(String name) {
        return lists.getOrDefault(name, List.of());
    }
}

package io.millrace.broker.jetstream.json;

import java.util.List;

/** What the value of a field may be, with the name of Go's type, which errors mention. */
public sealed interface JsonKind {
    /** Plain values. */
    enum Plain implements JsonKind {
        TEXT("string"),
        FLAG("bool"),
        INT("int"),
        INT32("int32"),
        INT64("int64"),
        /** Up to 2^64-1; what is larger than a long is taken for the largest one. */
        UINT64("uint64"),
        /** Nanoseconds. */
        DURATION("time.Duration"),
        /** A point in time by RFC 3339. */
        TIME("time.Time"),
        TEXTS("[]string"),
        /** Several times nanoseconds. */
        DURATIONS("[]time.Duration"),
        TEXT_MAP("map[string]string"),
        /** Whatever stands there is passed over. */
        ANYTHING("any");

        private final String type;

        Plain(String type) {
            this.type = type;
        }

        @Override
        public String type() {
            return type;
        }
    }

    /**
     * One of a few words.
     *
     * @param unknown what the reference says in front of a word that isn't one of them; empty where
     *     it says what it says of most
     */
    record Words(List<String> words, Rule rule, String unknown) implements JsonKind {
        /** What is taken for a word. */
        public enum Rule {
            /** Its very bytes. */
            EXACT,
            ANY_CASE,
            /** Its very bytes; nothing between the quotes is the first word. */
            EXACT_OR_EMPTY,
            /** A string that says this word; of an algorithm. */
            ALGORITHM
        }

        @Override
        public String type() {
            return Plain.TEXT.type();
        }
    }

    /** An object. */
    record Struct(JsonSchema schema, boolean optional) implements JsonKind {
        @Override
        public String type() {
            return "server." + schema.name();
        }
    }

    /** An array of objects. */
    record Structs(JsonSchema schema, boolean optional) implements JsonKind {
        @Override
        public String type() {
            return (optional ? "[]*server." : "[]server.") + schema.name();
        }
    }

    /** How the reference calls it. */
    String type();
}

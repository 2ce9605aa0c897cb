package io.millrace.broker.system;

/** What the value of an option may be. */
enum OptionKind {
    FLAG("bool"),
    NUMBER("int"),
    UNSIGNED("uint64"),
    /** Nanoseconds. */
    DURATION("time.Duration"),
    TEXT("string"),
    TEXTS("[]string"),
    SORT("server.SortOpt"),
    STATE("server.ConnState");

    private final String type;

    OptionKind(String type) {
        this.type = type;
    }

    /** What the reference calls it in errors. */
    String type() {
        return type;
    }

    boolean isNumber() {
        return switch (this) {
            case NUMBER, UNSIGNED, DURATION, STATE -> true;
            case FLAG, TEXT, TEXTS, SORT -> false;
        };
    }

    boolean isText() {
        return this == TEXT || this == SORT;
    }
}

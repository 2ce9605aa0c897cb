package io.millrace.broker.system;

/** What the value of an option may be. */
enum OptionKind {
    FLAG("bool"),
    NUMBER("int"),
    UNSIGNED("uint64"),
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
        return this == NUMBER || this == UNSIGNED || this == STATE;
    }

    boolean isText() {
        return this == TEXT || this == SORT;
    }
}

package io.millrace.broker.jetstream.json;

import java.util.BitSet;

/**
 * Finds where a JSON value ends, or why it isn't one, in the words of Go's {@code encoding/json}.
 * Needs no stack however deep a value goes.
 */
final class JsonScan {
    /** As in Go. */
    private static final int MAX_DEPTH = 10_000;

    /** What Go reads behind the end, to find out whether it was one. */
    private static final int BEHIND = ' ';

    private static final int NONE = -1;

    private final byte[] text;

    /** Whether values may follow each other, and errors say where they are: Go's decoder. */
    private final boolean stream;

    /** Whether the container at each depth is an object. */
    private final BitSet objects = new BitSet();

    private int at;
    private int depth;

    private JsonScan(byte[] text, int from, boolean stream) {
        this.text = text;
        this.at = from;
        this.stream = stream;
    }

    /** Where the first byte from here on is that isn't blank; the end if there is none. */
    static int skipBlanks(byte[] text, int from) {
        int at = from;
        while (at < text.length && " \t\r\n".indexOf(text[at]) >= 0) {
            at++;
        }
        return at;
    }

    /**
     * The end of the value that begins here, others may follow.
     *
     * @param from where something stands that isn't blank
     * @throws BadJsonException if it isn't JSON
     */
    static int endOfValue(byte[] text, int from) throws BadJsonException {
        JsonScan scan = new JsonScan(text, from, true);
        scan.one();
        return scan.at;
    }

    /**
     * Looks whether all of it is one value.
     *
     * @throws BadJsonException if it isn't JSON
     */
    static void checkWhole(byte[] text) throws BadJsonException {
        JsonScan scan = new JsonScan(text, 0, false);
        scan.one();
        int behind = skipBlanks(text, scan.at);
        if (behind < text.length) {
            scan.at = behind;
            throw scan.bad(text[behind], behind, "after top-level value");
        }
    }

    private void one() throws BadJsonException {
        boolean more = true;
        while (more) {
            more = value() || afterValue();
        }
    }

    /** Reads a value, or what begins one; returns whether another is to follow. */
    private boolean value() throws BadJsonException {
        int c = significant();
        switch (c) {
            case '{' -> {
                enter(true);
                return !closes('}') && key();
            }
            case '[' -> {
                enter(false);
                return !closes(']');
            }
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> {
                if (c != '-' && !isDigit(c)) {
                    throw bad(c, at, "looking for beginning of value");
                }
                number();
            }
        }
        return false;
    }

    private void enter(boolean object) throws BadJsonException {
        if (depth == MAX_DEPTH) {
            throw bad(text[at], at, "exceeded max depth");
        }
        at++;
        objects.set(depth++, object);
    }

    /** Whether the container that was just entered is empty; it is left then. */
    private boolean closes(char end) throws BadJsonException {
        if (significant() != end) {
            return false;
        }
        leave();
        return true;
    }

    private void leave() {
        at++;
        depth--;
    }

    /** What follows a value; returns whether it is another one. */
    private boolean afterValue() throws BadJsonException {
        while (depth > 0) {
            int c = significant();
            boolean object = objects.get(depth - 1);
            if (c == ',') {
                at++;
                return !object || key();
            }
            if (c != (object ? '}' : ']')) {
                throw bad(c, at, object ? "after object key:value pair" : "after array element");
            }
            leave();
        }
        return false;
    }

    /** Reads a key and the colon; a value follows. */
    private boolean key() throws BadJsonException {
        int c = significant();
        if (c != '"') {
            throw bad(c, at, "looking for beginning of object key string");
        }
        string();
        c = significant();
        if (c != ':') {
            throw bad(c, at, "after object key");
        }
        at++;
        return true;
    }

    private void string() throws BadJsonException {
        at++;
        while (at < text.length) {
            int c = text[at++];
            if (c == '"') {
                return;
            }
            if (c == '\\') {
                escape();
            } else if (c >= 0 && c < ' ') {
                throw bad(c, at - 1, "in string literal");
            }
        }
        throw cut();
    }

    private void escape() throws BadJsonException {
        int c = next();
        if (c != 'u') {
            if ("bfnrt\\/\"".indexOf(c) < 0) {
                throw wrong(c, "in string escape code");
            }
            return;
        }
        for (int i = 0; i < 4; i++) {
            int digit = next();
            if (digit > 'f' || Character.digit(digit, 16) < 0) {
                throw wrong(digit, "in \\u hexadecimal character escape");
            }
        }
    }

    private void literal(String word) throws BadJsonException {
        at++;
        for (int i = 1; i < word.length(); i++) {
            int c = next();
            if (c != word.charAt(i)) {
                throw wrong(c, "in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
    }

    private void number() throws BadJsonException {
        if (text[at] == '-') {
            at++;
        }
        int first = next();
        if (!isDigit(first)) {
            throw wrong(first, "in numeric literal");
        }
        if (first != '0') {
            skipDigits();
        }
        if (peek() == '.') {
            at++;
            digits("after decimal point in numeric literal");
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits("in exponent of numeric literal");
        }
    }

    private void digits(String where) throws BadJsonException {
        int first = next();
        if (!isDigit(first)) {
            throw wrong(first, where);
        }
        skipDigits();
    }

    private void skipDigits() {
        while (isDigit(peek())) {
            at++;
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** The next byte, which is read. */
    private int next() {
        int c = at < text.length ? text[at] : BEHIND;
        at++;
        return c;
    }

    private int peek() {
        return at < text.length ? text[at] : NONE;
    }

    /** The next byte that isn't blank, which isn't read yet. */
    private int significant() throws BadJsonException {
        at = skipBlanks(text, at);
        if (at >= text.length) {
            throw cut();
        }
        return text[at];
    }

    private BadJsonException cut() {
        return new BadJsonException(stream ? "unexpected EOF" : "unexpected end of JSON input");
    }

    /**
     * The byte that was read last is wrong, or missing: of that Go's decoder says no more, and the
     * other one that a blank came.
     */
    private BadJsonException wrong(int c, String where) {
        return stream && at > text.length ? cut() : bad(c, at - 1, where);
    }

    private BadJsonException bad(int c, int index, String where) {
        String place = stream ? " at offset " + (index + 1) : "";
        return new BadJsonException("invalid character " + quoted(c & 0xFF) + " " + where + place);
    }

    /** As Go quotes a character of Latin-1. */
    private static String quoted(int c) {
        return switch (c) {
            case '\'' -> "'\\''";
            case '"' -> "'\"'";
            case '\\' -> "'\\\\'";
            case 7 -> "'\\a'";
            case '\b' -> "'\\b'";
            case '\f' -> "'\\f'";
            case '\n' -> "'\\n'";
            case '\r' -> "'\\r'";
            case '\t' -> "'\\t'";
            case 11 -> "'\\v'";
            default -> {
                if (c < ' ' || c == 0x7F) {
                    yield "'\\x" + hex(c) + "'";
                }
                boolean hidden = c >= 0x80 && c <= 0xA0 || c == 0xAD;
                yield hidden ? "'\\u00" + hex(c) + "'" : "'" + (char) c + "'";
            }
        };
    }

    private static String hex(int c) {
        return Integer.toHexString(0x100 | c).substring(1);
    }
}

package io.millrace.broker.system;

import java.util.BitSet;

/**
 * Tells whether bytes are one JSON value, and if not why, in the words of Go's {@code
 * encoding/json}, which clients of the reference get to see. Needs no stack however deep it goes.
 */
final class JsonSyntax {
    /** As in Go. */
    private static final int MAX_DEPTH = 10_000;

    /** What Go reads behind the end, to find out whether it was one. */
    private static final int BEHIND = ' ';

    private static final int NONE = -1;

    private final byte[] text;
    private int at;

    /** Whether the container at each depth is an object. */
    private final BitSet objects = new BitSet();

    private int depth;

    private JsonSyntax(byte[] text) {
        this.text = text;
    }

    /**
     * Looks at it.
     *
     * @throws BadJsonException if it isn't JSON
     */
    static void check(byte[] text) throws BadJsonException {
        JsonSyntax syntax = new JsonSyntax(text);
        boolean more = true;
        while (more) {
            more = syntax.value() || syntax.afterValue();
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
                    throw bad(c, "looking for beginning of value");
                }
                number();
            }
        }
        return false;
    }

    private void enter(boolean object) throws BadJsonException {
        if (depth == MAX_DEPTH) {
            throw new BadJsonException("exceeded max depth");
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
                throw bad(c, object ? "after object key:value pair" : "after array element");
            }
            leave();
        }
        skipBlanks();
        if (at < text.length) {
            throw bad(text[at], "after top-level value");
        }
        return false;
    }

    /** Reads a key and the colon; a value follows. */
    private boolean key() throws BadJsonException {
        int c = significant();
        if (c != '"') {
            throw bad(c, "looking for beginning of object key string");
        }
        string();
        c = significant();
        if (c != ':') {
            throw bad(c, "after object key");
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
                throw bad(c, "in string literal");
            }
        }
        throw cut();
    }

    private void escape() throws BadJsonException {
        int c = next();
        if (c != 'u') {
            if ("bfnrt\\/\"".indexOf(c) < 0) {
                throw bad(c, "in string escape code");
            }
            return;
        }
        for (int i = 0; i < 4; i++) {
            int digit = next();
            if (Character.digit(digit, 16) < 0) {
                throw bad(digit, "in \\u hexadecimal character escape");
            }
        }
    }

    private void literal(String word) throws BadJsonException {
        at++;
        for (int i = 1; i < word.length(); i++) {
            int c = next();
            if (c != word.charAt(i)) {
                throw bad(c, "in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
    }

    private void number() throws BadJsonException {
        if (text[at] == '-') {
            at++;
        }
        int first = next();
        if (!isDigit(first)) {
            throw bad(first, "in numeric literal");
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
            throw bad(first, where);
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
        skipBlanks();
        if (at >= text.length) {
            throw cut();
        }
        return text[at];
    }

    private void skipBlanks() {
        while (at < text.length && " \t\r\n".indexOf(text[at]) >= 0) {
            at++;
        }
    }

    private static BadJsonException cut() {
        return new BadJsonException("unexpected end of JSON input");
    }

    private static BadJsonException bad(int c, String where) {
        return new BadJsonException("invalid character " + quoted(c & 0xFF) + " " + where);
    }

    /** As Go quotes a character of Latin-1. */
    private static String quoted(int c) {
        return switch (c) {
            case '\'' -> "'\\''";
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

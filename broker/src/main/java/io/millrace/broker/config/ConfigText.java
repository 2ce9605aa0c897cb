package io.millrace.broker.config;

/** The characters of a configuration, read one by one, with their position. */
final class ConfigText {
    /** What {@link #peek} returns behind the last character. */
    static final int END = -1;

    private final String file;
    private final String text;
    private int offset;
    private int line = 1;
    private int lineStart;

    ConfigText(String file, String text) {
        this.file = file;
        this.text = text;
    }

    Position position() {
        return new Position(file, line, offset - lineStart + 1);
    }

    int peek() {
        return peek(0);
    }

    int peek(int ahead) {
        int at = offset + ahead;
        return at < text.length() ? text.charAt(at) : END;
    }

    int next() {
        int c = peek();
        if (c != END) {
            offset++;
            if (c == '\n') {
                line++;
                lineStart = offset;
            }
        }
        return c;
    }

    int offset() {
        return offset;
    }

    String since(int start) {
        return text.substring(start, offset);
    }

    /** Whether a comment begins here. */
    boolean atComment() {
        return peek() == '#' || peek() == '/' && peek(1) == '/';
    }

    /** Moves to the end of the line. */
    void skipComment() {
        while (peek() != '\n' && peek() != END) {
            next();
        }
    }

    /** Skips blanks and tabs. */
    void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            next();
        }
    }

    /** Skips blanks, line ends, comments and the characters given. */
    void skipSpaceAnd(String separators) {
        while (true) {
            int c = peek();
            if (c == END) {
                return;
            }
            if (atComment()) {
                skipComment();
            } else if (Character.isWhitespace(c) || separators.indexOf(c) >= 0) {
                next();
            } else {
                return;
            }
        }
    }
}

package io.millrace.broker.config;

/**
 * What stands behind {@code include}: a path, not a value. In quotes it is all between them, with
 * no escapes; without, it goes on to a blank, the end of the line, a semicolon or a closing brace,
 * whatever it begins with and holds: points, dollar signs, commas.
 */
final class IncludePath {
    private IncludePath() {}

    /**
     * Reads it, from its first character on.
     *
     * @throws ConfigSyntaxException if there is none
     */
    static String read(ConfigText text) throws ConfigSyntaxException {
        Position at = text.position();
        int first = text.peek();
        String path =
                switch (first) {
                    case '"', '\'' -> quoted(at, text);
                    case '[' -> throw unexpected(at, "the start of an array");
                    case '{' -> throw unexpected(at, "the start of a map");
                    case '(' -> throw unexpected(at, "the start of a block");
                    case '\\' -> throw unexpected(at, "an escape sequence");
                    case '\n', '\r' -> throw unexpected(at, "a new line");
                    default -> bare(text);
                };
        if (path.isEmpty()) {
            throw unexpected(at, "none");
        }
        return path;
    }

    private static String quoted(Position at, ConfigText text) throws ConfigSyntaxException {
        int quote = text.next();
        int start = text.offset();
        while (text.peek() != quote) {
            if (text.next() == ConfigText.END) {
                throw new ConfigSyntaxException(
                        at, "the path to include is never closed: no " + (char) quote);
            }
        }
        String path = text.since(start);
        text.next();
        return path;
    }

    private static String bare(ConfigText text) {
        int start = text.offset();
        while (!ends(text.peek())) {
            text.next();
        }
        String path = text.since(start);
        // A single quote ends it, too, and is no part of what follows.
        if (text.peek() == '\'') {
            text.next();
        }
        return path;
    }

    private static boolean ends(int c) {
        return switch (c) {
            case ConfigText.END, ' ', '\t', '\n', '\r', ';', '}', '\'' -> true;
            default -> false;
        };
    }

    private static ConfigSyntaxException unexpected(Position at, String found) {
        return new ConfigSyntaxException(
                at, "Expected the path of a file to include but found " + found);
    }
}

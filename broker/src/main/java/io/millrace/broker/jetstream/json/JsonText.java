package io.millrace.broker.jetstream.json;

/** What stands between the quotes of a JSON string. */
final class JsonText {
    private static final char REPLACEMENT = '\uFFFD';

    private JsonText() {}

    /**
     * What it says. Half a surrogate pair becomes U+FFFD, as in Go.
     *
     * @param raw valid
     */
    static String unescaped(String raw) {
        StringBuilder plain = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escape = raw.charAt(++i);
            switch (escape) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    char unit = unit(raw, i + 1);
                    i += 4;
                    char low = Character.isHighSurrogate(unit) ? low(raw, i + 1) : 0;
                    if (low != 0) {
                        plain.append(unit).append(low);
                        i += 6;
                    } else {
                        plain.append(Character.isSurrogate(unit) ? REPLACEMENT : unit);
                    }
                }
                default -> plain.append(escape);
            }
        }
        return plain.toString();
    }

    private static char unit(String raw, int at) {
        return (char) Integer.parseInt(raw.substring(at, at + 4), 16);
    }

    /** The second half of a pair if it is escaped here; 0 if it isn't. */
    private static char low(String raw, int at) {
        if (!raw.startsWith("\\u", at)) {
            return 0;
        }
        char unit = unit(raw, at + 2);
        return Character.isLowSurrogate(unit) ? unit : 0;
    }
}

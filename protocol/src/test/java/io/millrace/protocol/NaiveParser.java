package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The oracle: a protocol in the most obvious way, on strings, from the start of the unfinished
 * command every time.
 */
abstract class NaiveParser {
    static final Pattern ARGUMENT = Pattern.compile("[^ \t\r]+");

    private final Grammar rules;
    private final List<String> verbs;
    private final List<String> verbsWithABlank;

    final List<ParsedCommand> commands = new ArrayList<>();
    String rest = "";
    private int consumed;
    private int needed;
    private @Nullable ProtocolError error;

    /**
     * Makes an oracle.
     *
     * @param verbs in lower case
     * @param verbsWithABlank those of them that a blank must follow
     */
    NaiveParser(Grammar rules, List<String> verbs, List<String> verbsWithABlank) {
        this.rules = rules;
        this.verbs = verbs;
        this.verbsWithABlank = verbsWithABlank;
    }

    void feed(byte[] bytes, int from, int to) {
        rest += new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        while (error == null && !rest.isEmpty()) {
            needed = 0;
            int length = command();
            if (length == 0) {
                return;
            }
            rest = rest.substring(length);
            consumed += length;
        }
    }

    ParseOutcome outcome() {
        return new ParseOutcome(List.copyOf(commands), error, consumed, needed);
    }

    /** Takes one command; its length, or 0 when it is unfinished or wrong. */
    private int command() {
        String lower = rest.toLowerCase(Locale.ROOT);
        String verb = verbs.stream().filter(lower::startsWith).findAny().orElse("");
        if (verb.isEmpty()) {
            return verbs.stream().anyMatch(v -> v.startsWith(lower))
                    ? 0
                    : refuse(ProtocolError.UNKNOWN_OPERATION);
        }
        int lineStart = verb.length();
        if (verbsWithABlank.contains(verb)) {
            if (rest.length() == lineStart) {
                return 0;
            }
            if (!isBlank(rest.charAt(lineStart))) {
                return refuse(ProtocolError.UNKNOWN_OPERATION);
            }
            lineStart++;
        }
        int blanks = 0;
        while (lineStart < rest.length() && isBlank(rest.charAt(lineStart))) {
            lineStart++;
            blanks++;
        }
        int lineEnd = rest.indexOf('\n', lineStart);
        boolean complete = lineEnd >= 0;
        String line = rest.substring(lineStart, complete ? lineEnd : rest.length());
        if (line.endsWith("\r")) {
            line = line.substring(0, line.length() - 1);
        }
        if (line.length() > rules.maxControlLine() || blanks > rules.maxControlLine()) {
            return refuse(ProtocolError.MAXIMUM_CONTROL_LINE);
        }
        if (!complete) {
            return 0;
        }
        return line(verb, lineStart, line, lineEnd + 1);
    }

    /**
     * Takes the line; the length of the whole command, or 0.
     *
     * @param lineStart where it begins, in {@link #rest}
     * @param afterLine where the next one would begin
     */
    abstract int line(String verb, int lineStart, String line, int afterLine);

    /** Where the message ends, behind its CRLF; 0 when it is unfinished or wrong. */
    final int messageEnd(int afterLine, int size) {
        if (size > rules.maxPayload()) {
            return refuse(ProtocolError.MAXIMUM_PAYLOAD);
        }
        int end = afterLine + size + 2;
        String ending =
                rest.substring(Math.min(end - 2, rest.length()), Math.min(end, rest.length()));
        if (!"\r\n".startsWith(ending)) {
            return refuse(ProtocolError.UNKNOWN_OPERATION);
        }
        if (ending.length() < 2) {
            needed = end;
            return 0;
        }
        return end;
    }

    static boolean isPlain(String tail, String line) {
        return Pattern.compile(line).matcher(tail).lookingAt();
    }

    static int size(String digits) {
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    final int refuse(ProtocolError what) {
        error = what;
        return 0;
    }
}

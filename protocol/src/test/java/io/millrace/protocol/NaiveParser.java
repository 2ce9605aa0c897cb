package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The oracle: the client protocol in the most obvious way, on strings, from the start of the
 * unfinished command every time.
 */
final class NaiveParser {
    private static final List<String> VERBS =
            List.of(
                    "pub", "hpub", "sub", "unsub", "ping", "pong", "connect", "info", "+ok",
                    "-err");
    private static final List<String> VERBS_WITH_A_BLANK =
            List.of("pub", "hpub", "sub", "unsub", "-err");
    private static final Pattern ARGUMENT = Pattern.compile("[^ \t\r]+");

    private final ParserRules rules;
    private final List<ParsedCommand> commands = new ArrayList<>();
    private boolean headers;
    private String rest = "";
    private int consumed;
    private int needed;
    private @Nullable ProtocolError error;

    NaiveParser(ParserRules rules) {
        this.rules = rules;
        this.headers = rules.headers();
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
        String verb = VERBS.stream().filter(lower::startsWith).findAny().orElse("");
        if (verb.isEmpty()) {
            return VERBS.stream().anyMatch(v -> v.startsWith(lower))
                    ? 0
                    : refuse(ProtocolError.UNKNOWN_OPERATION);
        }
        int lineStart = verb.length();
        if (VERBS_WITH_A_BLANK.contains(verb)) {
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

    /** Takes the line; the length of the whole command, or 0. */
    private int line(String verb, int lineStart, String line, int afterLine) {
        List<MatchResult> arguments = ARGUMENT.matcher(line).results().toList();
        switch (verb) {
            case "pub" -> {
                return publish(arguments, lineStart, afterLine);
            }
            case "hpub" -> {
                return headers
                        ? headerPublish(arguments, lineStart, afterLine)
                        : refuse(ProtocolError.MALFORMED);
            }
            case "sub" -> {
                if (arguments.size() != 2 && arguments.size() != 3) {
                    return refuse(ProtocolError.MALFORMED);
                }
                commands.add(
                        ParsedCommand.sub(
                                arguments.getFirst().group(),
                                arguments.size() == 3 ? arguments.get(1).group() : "",
                                arguments.getLast().group()));
            }
            case "unsub" -> {
                if (arguments.size() != 1 && arguments.size() != 2) {
                    return refuse(ProtocolError.MALFORMED);
                }
                int max = arguments.size() == 2 ? size(arguments.get(1).group()) : 0;
                commands.add(ParsedCommand.unsub(arguments.getFirst().group(), Math.max(max, 0)));
            }
            case "connect" -> {
                headers = ParserRules.allowsHeaders(line);
                commands.add(ParsedCommand.connect(line));
            }
            case "ping" -> commands.add(ParsedCommand.ping());
            case "pong" -> commands.add(ParsedCommand.pong());
            case "-err" -> {
                return refuse(ProtocolError.MALFORMED);
            }
            default -> {} // INFO and +OK are ignored
        }
        return afterLine;
    }

    private int publish(List<MatchResult> arguments, int lineStart, int afterLine) {
        if (arguments.size() != 2 && arguments.size() != 3) {
            return refuse(ProtocolError.MALFORMED);
        }
        int size = size(arguments.getLast().group());
        if (size < 0) {
            return refuse(ProtocolError.MALFORMED);
        }
        int end = messageEnd(afterLine, size);
        if (end > 0) {
            String tail = rest.substring(lineStart + arguments.get(1).start(), end);
            commands.add(
                    ParsedCommand.pub(
                            arguments.getFirst().group(),
                            arguments.size() == 3 ? arguments.get(1).group() : "",
                            tail,
                            rest.substring(afterLine, afterLine + size),
                            isPlain(tail, "([^ \t\r\n]+ )?[0-9]+\r\n")));
        }
        return end;
    }

    private int headerPublish(List<MatchResult> arguments, int lineStart, int afterLine) {
        if (arguments.size() != 3 && arguments.size() != 4) {
            return refuse(ProtocolError.MALFORMED);
        }
        int header = size(arguments.get(arguments.size() - 2).group());
        int size = size(arguments.getLast().group());
        if (header < 0 || size < 0 || header > size) {
            return refuse(ProtocolError.MALFORMED);
        }
        int end = messageEnd(afterLine, size);
        if (end > 0) {
            String tail = rest.substring(lineStart + arguments.get(1).start(), end);
            commands.add(
                    ParsedCommand.hpub(
                            arguments.getFirst().group(),
                            arguments.size() == 4 ? arguments.get(1).group() : "",
                            tail,
                            header,
                            rest.substring(afterLine, afterLine + size),
                            header > 0 && isPlain(tail, "([^ \t\r\n]+ )?[0-9]+ [0-9]+\r\n")));
        }
        return end;
    }

    /** Where the message ends, behind its CRLF; 0 when it is unfinished or wrong. */
    private int messageEnd(int afterLine, int size) {
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

    private static boolean isPlain(String tail, String line) {
        return Pattern.compile(line).matcher(tail).lookingAt();
    }

    private static int size(String digits) {
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private int refuse(ProtocolError what) {
        error = what;
        return 0;
    }
}

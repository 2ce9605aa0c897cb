package io.millrace.protocol;

import java.util.List;
import java.util.regex.MatchResult;

/** The oracle of what clients say. */
final class NaiveCommandParser extends NaiveParser {
    private static final List<String> VERBS =
            List.of(
                    "pub", "hpub", "sub", "unsub", "ping", "pong", "connect", "info", "+ok",
                    "-err");
    private static final List<String> VERBS_WITH_A_BLANK =
            List.of("pub", "hpub", "sub", "unsub", "-err");

    private boolean headers;

    NaiveCommandParser(ParserRules rules) {
        super(rules, VERBS, VERBS_WITH_A_BLANK);
        headers = rules.headers();
    }

    @Override
    int line(String verb, int lineStart, String line, int afterLine) {
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
}

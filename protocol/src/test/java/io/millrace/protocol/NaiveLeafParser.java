package io.millrace.protocol;

import java.util.List;

/** The oracle of what is said on leaf node connections. */
final class NaiveLeafParser extends NaiveServerParser {
    private static final List<String> VERBS =
            List.of("lmsg", "hmsg", "ls+", "ls-", "ping", "pong", "connect", "info", "+ok", "-err");
    private static final List<String> VERBS_WITH_A_BLANK =
            List.of("lmsg", "hmsg", "ls+", "ls-", "-err");

    NaiveLeafParser(LeafRules rules) {
        super(rules, VERBS, VERBS_WITH_A_BLANK);
    }

    @Override
    int line(String verb, int lineStart, String line, int afterLine) {
        List<String> arguments = ARGUMENT.matcher(line).results().map(m -> m.group()).toList();
        return switch (verb) {
            case "lmsg" -> message(Op.LMSG, arguments, lineStart, line, afterLine);
            case "hmsg" -> message(Op.HMSG, arguments, lineStart, line, afterLine);
            case "ls+" -> subscribed(arguments, afterLine);
            case "ls-" -> unsubscribed(arguments, afterLine);
            case "connect" -> command(ParsedCommand.connect(line), afterLine);
            case "info" -> command(ParsedCommand.info(line), afterLine);
            case "-err" -> command(ParsedCommand.err(line), afterLine);
            case "ping" -> command(ParsedCommand.ping(), afterLine);
            case "pong" -> command(ParsedCommand.pong(), afterLine);
            default -> afterLine; // +OK is ignored
        };
    }

    private int subscribed(List<String> arguments, int afterLine) {
        return switch (arguments.size()) {
            case 1 -> command(ParsedCommand.lsPlus(arguments.getFirst(), "", 0), afterLine);
            case 3 ->
                    command(
                            ParsedCommand.lsPlus(
                                    arguments.get(0),
                                    arguments.get(1),
                                    Math.max(1, size(arguments.get(2)))),
                            afterLine);
            default -> refuse(ProtocolError.MALFORMED);
        };
    }

    private int unsubscribed(List<String> arguments, int afterLine) {
        return switch (arguments.size()) {
            case 1 -> command(ParsedCommand.lsMinus(arguments.getFirst(), ""), afterLine);
            case 2 -> command(ParsedCommand.lsMinus(arguments.get(0), arguments.get(1)), afterLine);
            default -> refuse(ProtocolError.MALFORMED);
        };
    }

    @Override
    String account(List<String> arguments) {
        return "";
    }

    @Override
    List<String> withoutAccount(List<String> arguments) {
        return arguments;
    }
}

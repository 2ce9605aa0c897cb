package io.millrace.protocol;

import java.util.List;

/** The oracle of what other servers say. */
final class NaiveRouteParser extends NaiveParser {
    private static final List<String> VERBS =
            List.of(
                    "rmsg", "hmsg", "rs+", "rs-", "a+", "a-", "ping", "pong", "connect", "info",
                    "+ok", "-err");
    private static final List<String> VERBS_WITH_A_BLANK =
            List.of("rmsg", "hmsg", "rs+", "rs-", "a+", "a-", "-err");

    private boolean oneAccount;

    NaiveRouteParser(RouteRules rules) {
        super(rules, VERBS, VERBS_WITH_A_BLANK);
        oneAccount = rules.oneAccount();
    }

    @Override
    int line(String verb, int lineStart, String line, int afterLine) {
        List<String> arguments = ARGUMENT.matcher(line).results().map(m -> m.group()).toList();
        return switch (verb) {
            case "rmsg", "hmsg" -> message(verb, arguments, lineStart, line, afterLine);
            case "rs+", "rs-" -> interest(verb, arguments, afterLine);
            case "-err" -> refuse(ProtocolError.ROUTE_ERROR);
            case "connect" -> command(ParsedCommand.connect(line), afterLine);
            case "info" -> {
                oneAccount = RouteRules.namesAccount(line);
                yield command(ParsedCommand.info(line), afterLine);
            }
            case "ping" -> command(ParsedCommand.ping(), afterLine);
            case "pong" -> command(ParsedCommand.pong(), afterLine);
            default -> afterLine; // A+, A- and +OK are ignored
        };
    }

    private int command(ParsedCommand command, int afterLine) {
        commands.add(command);
        return afterLine;
    }

    private int interest(String verb, List<String> arguments, int afterLine) {
        boolean plus = verb.equals("rs+");
        List<String> rest = withoutAccount(arguments);
        if (rest.isEmpty() || rest.size() > (plus ? 3 : 2)) {
            return refuse(ProtocolError.MALFORMED);
        }
        String queue = rest.size() > 1 ? rest.get(1) : "";
        int weight = rest.size() > 2 ? Math.max(1, size(rest.get(2))) : queue.isEmpty() ? 0 : 1;
        return command(
                plus
                        ? ParsedCommand.rsPlus(account(arguments), rest.getFirst(), queue, weight)
                        : ParsedCommand.rsMinus(account(arguments), rest.getFirst(), queue),
                afterLine);
    }

    private int message(
            String verb, List<String> arguments, int lineStart, String line, int afterLine) {
        int sizes = verb.equals("hmsg") ? 2 : 1;
        List<String> rest = withoutAccount(arguments);
        int between = rest.size() - 1 - sizes;
        if (between < 0 || between > 1 && !List.of("+", "|").contains(rest.get(1))) {
            return refuse(ProtocolError.MALFORMED);
        }
        boolean listed = between > 1;
        boolean hasReply = listed ? rest.get(1).equals("+") : between == 1;
        String reply = hasReply ? rest.get(listed ? 2 : 1) : "";
        List<String> queues =
                listed ? rest.subList(hasReply ? 3 : 2, rest.size() - sizes) : List.of();
        int size = size(rest.getLast());
        int header = sizes == 2 ? size(rest.get(rest.size() - 2)) : 0;
        if (size < 0 || header < 0 || header > size) {
            return refuse(ProtocolError.MALFORMED);
        }
        int end = messageEnd(afterLine, size);
        if (end > 0) {
            String tail = tail(queues, hasReply, sizes, lineStart, line, end);
            String plain = "([^ \t\r\n]+ )?[0-9]+" + (sizes == 2 ? " [0-9]+" : "") + "\r\n";
            commands.add(
                    ParsedCommand.routed(
                            sizes == 2 ? Op.HMSG : Op.RMSG,
                            account(arguments),
                            rest.getFirst(),
                            reply,
                            String.join(" ", queues),
                            tail,
                            header,
                            this.rest.substring(afterLine, afterLine + size),
                            queues.isEmpty()
                                    && (sizes == 1 || header > 0)
                                    && isPlain(tail, plain)));
        }
        return end;
    }

    /** From the reply or the first size on, with the queue groups closed up. */
    private String tail(
            List<String> queues, boolean hasReply, int sizes, int lineStart, String line, int end) {
        int[] starts = ARGUMENT.matcher(line).results().mapToInt(m -> m.start()).toArray();
        int[] ends = ARGUMENT.matcher(line).results().mapToInt(m -> m.end()).toArray();
        int firstSize = starts.length - sizes;
        if (queues.isEmpty()) {
            return rest.substring(lineStart + starts[hasReply ? firstSize - 1 : firstSize], end);
        }
        int from = starts[firstSize - queues.size()];
        int to = ends[firstSize - 1];
        String closedUp = String.join(" ", queues);
        String message =
                rest.substring(0, lineStart + from)
                        + closedUp
                        + " ".repeat(to - from - closedUp.length())
                        + rest.substring(lineStart + to, end);
        int start = starts[hasReply ? firstSize - queues.size() - 1 : firstSize];
        return message.substring(lineStart + start);
    }

    private String account(List<String> arguments) {
        return oneAccount ? "" : arguments.getFirst();
    }

    private List<String> withoutAccount(List<String> arguments) {
        return oneAccount || arguments.isEmpty()
                ? arguments
                : arguments.subList(1, arguments.size());
    }
}

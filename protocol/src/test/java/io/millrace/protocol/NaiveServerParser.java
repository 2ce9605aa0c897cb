package io.millrace.protocol;

import java.util.List;

/** The oracle of messages between servers, with their queue groups. */
abstract class NaiveServerParser extends NaiveParser {
    NaiveServerParser(Grammar rules, List<String> verbs, List<String> verbsWithABlank) {
        super(rules, verbs, verbsWithABlank);
    }

    /** The account that a line names; empty for none. */
    abstract String account(List<String> arguments);

    /** The arguments from the subject on. */
    abstract List<String> withoutAccount(List<String> arguments);

    /** Whether the line at hand says which leaf node's cluster it comes from. */
    boolean fromLeaf() {
        return false;
    }

    final int command(ParsedCommand command, int afterLine) {
        commands.add(command);
        return afterLine;
    }

    /** Takes a message; the length of the whole command, or 0. */
    final int message(int op, List<String> arguments, int lineStart, String line, int afterLine) {
        int sizes = op == Op.HMSG ? 2 : 1;
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
                            fromLeaf() && header == 0 ? Op.RMSG : op,
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
}

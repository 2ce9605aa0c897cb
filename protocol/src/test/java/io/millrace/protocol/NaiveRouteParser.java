package io.millrace.protocol;

import java.util.List;
import java.util.stream.Stream;

/** The oracle of what other servers say. */
final class NaiveRouteParser extends NaiveServerParser {
    private static final List<String> VERBS =
            List.of(
                    "rmsg", "hmsg", "rs+", "rs-", "a+", "a-", "ping", "pong", "connect", "info",
                    "+ok", "-err");

    /** Of leaf nodes, which gateways don't have. */
    private static final List<String> LEAF_VERBS = List.of("lmsg", "ls+", "ls-");

    private static final List<String> VERBS_WITH_A_BLANK =
            List.of("rmsg", "hmsg", "rs+", "rs-", "a+", "a-", "-err");

    private boolean oneAccount;

    /** The cluster of the leaf node that the line at hand comes from; empty for none. */
    private String origin = "";

    /** Whether it is on a gateway. */
    private final boolean gateway;

    NaiveRouteParser(RouteRules rules) {
        super(rules, with(VERBS), with(VERBS_WITH_A_BLANK));
        oneAccount = rules.oneAccount();
        gateway = false;
    }

    NaiveRouteParser(GatewayRules rules) {
        super(rules, VERBS, VERBS_WITH_A_BLANK);
        gateway = true;
    }

    private static List<String> with(List<String> verbs) {
        return Stream.concat(verbs.stream(), LEAF_VERBS.stream()).toList();
    }

    @Override
    int line(String verb, int lineStart, String line, int afterLine) {
        List<String> arguments = ARGUMENT.matcher(line).results().map(m -> m.group()).toList();
        return switch (verb) {
            case "rmsg" -> message(Op.RMSG, arguments, lineStart, line, afterLine);
            case "hmsg" -> message(Op.HMSG, arguments, lineStart, line, afterLine);
            case "rs+", "rs-" -> interest(verb, arguments, afterLine);
            case "lmsg" -> {
                origin = arguments.isEmpty() ? "" : arguments.getFirst();
                List<String> others = arguments.isEmpty() ? arguments : withoutFirst(arguments);
                int end = message(Op.HMSG, others, lineStart, line, afterLine);
                origin = "";
                yield end;
            }
            case "ls+", "ls-" -> {
                origin = arguments.isEmpty() ? "" : arguments.getFirst();
                List<String> others = arguments.isEmpty() ? arguments : withoutFirst(arguments);
                int end = interest(verb.replace('l', 'r'), others, afterLine);
                origin = "";
                yield end;
            }
            case "-err" -> refuse(ProtocolError.ROUTE_ERROR);
            case "connect" -> command(ParsedCommand.connect(line), afterLine);
            case "info" -> {
                oneAccount = !gateway && RouteRules.namesAccount(line);
                yield command(ParsedCommand.info(line), afterLine);
            }
            case "ping" -> command(ParsedCommand.ping(), afterLine);
            case "pong" -> command(ParsedCommand.pong(), afterLine);
            case "a+", "a-" -> gateway ? account(verb, arguments, afterLine) : afterLine;
            default -> afterLine; // +OK is ignored
        };
    }

    private int account(String verb, List<String> arguments, int afterLine) {
        int op = verb.equals("a+") ? Op.A_PLUS : Op.A_MINUS;
        return arguments.size() == 1
                ? command(ParsedCommand.account(op, arguments.getFirst()), afterLine)
                : refuse(ProtocolError.MALFORMED);
    }

    private int interest(String verb, List<String> arguments, int afterLine) {
        boolean plus = verb.equals("rs+");
        List<String> rest = withoutAccount(arguments);
        if (rest.isEmpty() || rest.size() > (plus ? 3 : 2)) {
            return refuse(ProtocolError.MALFORMED);
        }
        if (gateway && plus && rest.size() == 2) {
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

    @Override
    String account(List<String> arguments) {
        String account = oneAccount ? "" : arguments.getFirst();
        return origin.isEmpty() ? account : ParsedCommand.from(origin, account);
    }

    @Override
    List<String> withoutAccount(List<String> arguments) {
        return oneAccount || arguments.isEmpty() ? arguments : withoutFirst(arguments);
    }

    @Override
    boolean fromLeaf() {
        return !origin.isEmpty();
    }

    private static List<String> withoutFirst(List<String> arguments) {
        return arguments.subList(1, arguments.size());
    }
}

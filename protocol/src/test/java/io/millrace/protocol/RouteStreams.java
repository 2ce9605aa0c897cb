package io.millrace.protocol;

import java.util.random.RandomGenerator;

/** Makes up what other servers send. */
final class RouteStreams extends MadeUpStreams {
    private static final String[] JUNK = {
        "MSG a 1 1\r\n",
        "\r\n",
        "RMSGG a b 1\r\n",
        "RMSG\r\n",
        "RS+\n",
        "RS* a\r\n",
        "LS+ o\r\n",
        "LS-\r\n",
        "LMSG o a b 1\r\n",
        "PUB a 1\r\n",
        "SUB a 1\r\n",
        "-ERR 'x'\r\n",
        "RMS",
        "INF{}\r\n",
        "A* a\r\n",
        "A+ a b\r\n",
        "A- \r\n",
        "RS+ A a q\r\n",
        "\u0016\u0003"
    };

    /** Whether the lines to come name no account; follows what the INFO before them said. */
    private boolean oneAccount;

    private final boolean gateway;

    RouteStreams(RandomGenerator random, GatewayRules rules) {
        super(random, rules);
        gateway = true;
    }

    RouteStreams(RandomGenerator random, RouteRules rules) {
        super(random, rules);
        gateway = false;
        oneAccount = rules.oneAccount();
    }

    @Override
    String command() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> message(false);
            case 6, 7, 8, 9 -> message(true);
            case 10, 11, 12 ->
                    interest('+') + account() + blanks() + subject() + weight() + lineEnd();
            case 13 ->
                    interest('-')
                            + account()
                            + blanks()
                            + subject()
                            + optional(token())
                            + lineEnd();
            case 14 -> cased("ping") + text() + lineEnd();
            case 15 -> cased("pong") + text() + lineEnd();
            case 16 -> cased("info") + anyBlanks() + info() + lineEnd();
            case 17 -> cased("+ok") + text() + lineEnd();
            case 18 ->
                    cased(random.nextBoolean() ? "a+" : "a-")
                            + " a"
                            + (gateway ? "" : text())
                            + lineEnd();
            default -> cased("connect") + anyBlanks() + "{\"verbose\":false}" + lineEnd();
        };
    }

    @Override
    String wrong() {
        return switch (random.nextInt(6)) {
            case 0 -> "RMSG a b " + SIZES[random.nextInt(SIZES.length)] + "\r\n";
            case 1 -> "HMSG a b " + SIZES[random.nextInt(SIZES.length)] + " 1\r\n";
            case 2 -> "RMSG a b " + token() + " c 1\r\nx\r\n";
            case 3 -> JUNK[random.nextInt(JUNK.length)];
            case 4 -> "RS+ " + around(rules.maxControlLine(), " ") + "1\r\n";
            default -> "RMSG" + " a".repeat(random.nextInt(8)) + "\r\n";
        };
    }

    /** Perhaps of a leaf node. */
    private String interest(char sign) {
        return gateway || random.nextBoolean()
                ? cased("rs" + sign)
                : cased("ls" + sign) + blanks() + token();
    }

    private String message(boolean headers) {
        int size = payloadSize();
        String sizes = number(size);
        boolean leafs = headers && !gateway && random.nextBoolean();
        if (headers) {
            int header = random.nextInt(4) == 0 ? 0 : random.nextInt(size + 1);
            sizes = number(header) + blanks() + sizes;
        }
        return (leafs ? cased("lmsg") + blanks() + token() : cased(headers ? "hmsg" : "rmsg"))
                + account()
                + blanks()
                + subject()
                + replyAndQueues()
                + blanks()
                + sizes
                + lineEnd()
                + bytes(size)
                + "\r\n";
    }

    private String replyAndQueues() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> "";
            case 2 -> blanks() + subject();
            case 3 -> blanks() + "|" + queues(1 + random.nextInt(6));
            case 4 -> blanks() + "+" + blanks() + subject() + queues(random.nextInt(6));
            default -> blanks() + "+" + blanks() + subject() + queues(1);
        };
    }

    private String queues(int count) {
        StringBuilder queues = new StringBuilder();
        for (int i = 0; i < count; i++) {
            queues.append(random.nextInt(30) == 0 ? "\r" : blanks()).append(token());
        }
        return queues.toString();
    }

    private String weight() {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> gateway ? "" : blanks() + token();
            default -> blanks() + token() + blanks() + digits();
        };
    }

    private String account() {
        return oneAccount ? "" : blanks() + token();
    }

    private String token() {
        return random.nextInt(12) == 0 ? subject() : Integer.toString(random.nextInt(999), 36);
    }

    private String info() {
        boolean one = random.nextBoolean();
        oneAccount = one && !gateway;
        return one ? "{\"route_account\":\"a\"}" : "{}";
    }
}

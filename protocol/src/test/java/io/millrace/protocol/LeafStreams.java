package io.millrace.protocol;

import java.util.random.RandomGenerator;

/** Makes up what is said on leaf node connections. */
final class LeafStreams extends MadeUpStreams {
    private static final String[] JUNK = {
        "MSG a 1 1\r\n",
        "\r\n",
        "LMSGG a 1\r\n",
        "LMSG\r\n",
        "LS+\n",
        "LS* a\r\n",
        "RS+ A a\r\n",
        "RMSG A a 1\r\n",
        "PUB a 1\r\n",
        "SUB a 1\r\n",
        "LMS",
        "INF{}\r\n",
        "A+ a\r\n",
        "\u0016\u0003"
    };

    LeafStreams(RandomGenerator random, LeafRules rules) {
        super(random, rules);
    }

    @Override
    String command() {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> message(false);
            case 6, 7, 8, 9 -> message(true);
            case 10, 11, 12 -> cased("ls+") + blanks() + subject() + weight() + lineEnd();
            case 13 -> cased("ls-") + blanks() + subject() + optional(token()) + lineEnd();
            case 14 -> cased("ping") + text() + lineEnd();
            case 15 -> cased("pong") + text() + lineEnd();
            case 16 -> cased("info") + anyBlanks() + "{}" + lineEnd();
            case 17 -> cased("+ok") + text() + lineEnd();
            case 18 -> cased("-err") + " 'x'" + text() + lineEnd();
            default -> cased("connect") + anyBlanks() + "{\"name\":\"a\"}" + lineEnd();
        };
    }

    @Override
    String wrong() {
        return switch (random.nextInt(6)) {
            case 0 -> "LMSG a b " + SIZES[random.nextInt(SIZES.length)] + "\r\n";
            case 1 -> "HMSG a b " + SIZES[random.nextInt(SIZES.length)] + " 1\r\n";
            case 2 -> "LMSG a " + token() + " c 1\r\nx\r\n";
            case 3 -> JUNK[random.nextInt(JUNK.length)];
            case 4 -> "LS+ " + around(rules.maxControlLine(), " ") + "1\r\n";
            default -> "LS+" + " a".repeat(random.nextInt(6)) + "\r\n";
        };
    }

    private String message(boolean headers) {
        int size = payloadSize();
        String sizes = number(size);
        if (headers) {
            int header = random.nextInt(4) == 0 ? 0 : random.nextInt(size + 1);
            sizes = number(header) + blanks() + sizes;
        }
        return cased(headers ? "hmsg" : "lmsg")
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
        return switch (random.nextInt(5)) {
            case 0, 1 -> "";
            case 2 -> blanks() + subject();
            case 3 -> blanks() + "|" + queues(1 + random.nextInt(6));
            default -> blanks() + "+" + blanks() + subject() + queues(random.nextInt(6));
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
        return random.nextInt(3) == 0 ? "" : blanks() + token() + blanks() + digits();
    }

    private String token() {
        return random.nextInt(12) == 0 ? subject() : Integer.toString(random.nextInt(999), 36);
    }
}

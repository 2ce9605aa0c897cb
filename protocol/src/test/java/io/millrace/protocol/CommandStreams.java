package io.millrace.protocol;

import java.util.random.RandomGenerator;

/** Makes up what clients send. */
final class CommandStreams extends MadeUpStreams {
    private static final String[] JUNK = {
        "MSG a 1 1\r\n",
        "\r\n",
        "PUBB a 1\r\n",
        "PUB\r\n",
        "SUB\n",
        "P\u00D5B a 1\r\n",
        "-ERR x\r\n",
        "UNSU",
        "CONNEC{}\r\n",
        "+NO\r\n",
        "\u0016\u0003"
    };

    CommandStreams(RandomGenerator random, ParserRules rules) {
        super(random, rules);
    }

    @Override
    String command() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> publish();
            case 5, 6, 7 -> headerPublish();
            case 8, 9 -> subscribe();
            case 10 -> cased("unsub") + blanks() + sid() + optional(digits()) + lineEnd();
            case 11 -> cased("ping") + text() + lineEnd();
            case 12 -> cased("pong") + text() + lineEnd();
            case 13 -> cased("info") + anyBlanks() + "{}" + lineEnd();
            case 14 -> cased("+ok") + text() + lineEnd();
            default -> cased("connect") + anyBlanks() + json() + lineEnd();
        };
    }

    private String publish() {
        int size = payloadSize();
        return cased("pub")
                + blanks()
                + subject()
                + optional(subject())
                + blanks()
                + number(size)
                + lineEnd()
                + bytes(size)
                + "\r\n";
    }

    private String headerPublish() {
        int size = payloadSize();
        int header = random.nextInt(4) == 0 ? 0 : random.nextInt(size + 1);
        return cased("hpub")
                + blanks()
                + subject()
                + optional(subject())
                + blanks()
                + number(header)
                + blanks()
                + number(size)
                + lineEnd()
                + bytes(size)
                + "\r\n";
    }

    private String subscribe() {
        return cased("sub")
                + blanks()
                + subject()
                + optional(subject())
                + blanks()
                + sid()
                + lineEnd();
    }

    @Override
    String wrong() {
        return switch (random.nextInt(4)) {
            case 0 -> "PUB a " + SIZES[random.nextInt(SIZES.length)] + "\r\n";
            case 1 -> "HPUB a " + SIZES[random.nextInt(SIZES.length)] + " 1\r\n";
            case 2 -> JUNK[random.nextInt(JUNK.length)];
            default -> "SUB " + around(rules.maxControlLine(), " ") + "1\r\n";
        };
    }

    private String sid() {
        return Integer.toString(random.nextInt(1000), 36);
    }

    private String json() {
        return random.nextInt(3) == 0 ? "{}" : "{\"headers\":true}";
    }
}

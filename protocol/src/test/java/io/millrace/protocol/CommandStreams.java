package io.millrace.protocol;

import java.util.random.RandomGenerator;

/** Makes up what clients send: mostly valid commands, some of them at or beyond a limit. */
final class CommandStreams {
    private static final String TOKENS = "abcXYZ019*>$_-\u00E4\u0000\u000C";
    private static final String[] SIZES = {
        "", "-1", "+1", "x", "1x", "0x1", "1000000000", "2147483648", "999999999", "0000000001"
    };
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

    /** One valid command in this many is spoilt. */
    private static final int SPOILT_ONE_IN = 50;

    private final RandomGenerator random;
    private final ParserRules rules;

    CommandStreams(RandomGenerator random, ParserRules rules) {
        this.random = random;
        this.rules = rules;
    }

    /** A stream of so many commands; what follows a wrong one is never parsed. */
    String stream(int commands) {
        StringBuilder wire = new StringBuilder();
        for (int i = 0; i < commands; i++) {
            String command = command();
            wire.append(random.nextInt(SPOILT_ONE_IN) == 0 ? spoilt(command) : command);
        }
        return wire.toString();
    }

    private String command() {
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

    private String spoilt(String command) {
        int at = random.nextInt(command.length());
        String before = command.substring(0, at);
        String after = command.substring(at + 1);
        return switch (random.nextInt(8)) {
            case 0 -> before + after;
            case 1 -> before + (char) random.nextInt(256) + after;
            case 2 -> before + (char) random.nextInt(256) + command.substring(at);
            case 3 -> before;
            case 4 -> "PUB a " + SIZES[random.nextInt(SIZES.length)] + "\r\n";
            case 5 -> "HPUB a " + SIZES[random.nextInt(SIZES.length)] + " 1\r\n";
            case 6 -> JUNK[random.nextInt(JUNK.length)];
            default -> "SUB " + around(rules.maxControlLine(), " ") + "1\r\n";
        };
    }

    /** A payload's size: small, or close to the maximum; seldom beyond. */
    private int payloadSize() {
        return switch (random.nextInt(20)) {
            case 0 -> rules.maxPayload();
            case 1 -> rules.maxPayload() + (random.nextInt(SPOILT_ONE_IN) == 0 ? 1 : -1);
            case 2, 3, 4 -> 0;
            default -> random.nextInt(24);
        };
    }

    private String subject() {
        if (random.nextInt(60) == 0) {
            return around(rules.maxControlLine() - 16, "y");
        }
        int tokens = 1 + random.nextInt(3);
        StringBuilder subject = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            subject.append(i == 0 ? "" : ".")
                    .append(TOKENS.charAt(random.nextInt(TOKENS.length())));
        }
        return subject.toString();
    }

    private String around(int length, String text) {
        return text.repeat(Math.max(1, length - 4 + random.nextInt(8)));
    }

    private String sid() {
        return Integer.toString(random.nextInt(1000), 36);
    }

    private String digits() {
        return random.nextInt(8) == 0
                ? SIZES[random.nextInt(SIZES.length)]
                : number(random.nextInt(99));
    }

    private String number(int value) {
        return random.nextInt(10) == 0 ? "00" + value : Integer.toString(value);
    }

    private String optional(String argument) {
        return random.nextBoolean() ? blanks() + argument : "";
    }

    private String json() {
        return random.nextInt(3) == 0 ? "{}" : "{\"headers\":true}";
    }

    private String text() {
        return switch (random.nextInt(6)) {
            case 0 -> " " + bytes(random.nextInt(8)).replace("\n", "");
            case 1 -> blanks();
            default -> "";
        };
    }

    private String anyBlanks() {
        return random.nextInt(4) == 0 ? "" : blanks();
    }

    private String blanks() {
        return switch (random.nextInt(12)) {
            case 0 -> "\t";
            case 1 -> "  ";
            case 2 -> " \t ";
            default -> " ";
        };
    }

    private String lineEnd() {
        return switch (random.nextInt(12)) {
            case 0 -> "\n";
            case 1 -> " \r\n";
            case 2 -> " \n";
            case 3 -> "\r\r\n";
            default -> "\r\n";
        };
    }

    private String cased(String verb) {
        StringBuilder cased = new StringBuilder(verb);
        boolean upper = random.nextBoolean();
        boolean mixed = random.nextInt(4) == 0;
        for (int i = 0; i < verb.length(); i++) {
            if (mixed ? random.nextBoolean() : upper) {
                cased.setCharAt(i, Character.toUpperCase(verb.charAt(i)));
            }
        }
        return cased.toString();
    }

    /** Any bytes, line ends often among them. */
    private String bytes(int count) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < count; i++) {
            bytes.append(
                    switch (random.nextInt(8)) {
                        case 0 -> '\r';
                        case 1 -> '\n';
                        default -> (char) random.nextInt(256);
                    });
        }
        return bytes.toString();
    }
}

package io.millrace.protocol;

import java.util.random.RandomGenerator;

/** Makes up what peers send: mostly valid commands, some of them at or beyond a limit. */
abstract class MadeUpStreams {
    private static final String TOKENS = "abcXYZ019*>$_-\u00E4\u0000\u000C";
    static final String[] SIZES = {
        "", "-1", "+1", "x", "1x", "0x1", "1000000000", "2147483648", "999999999", "0000000001"
    };

    /** One valid command in this many is spoilt. */
    private static final int SPOILT_ONE_IN = 50;

    final RandomGenerator random;
    final Grammar rules;

    MadeUpStreams(RandomGenerator random, Grammar rules) {
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

    /** A valid command. */
    abstract String command();

    /** A wrong command, whole or not. */
    abstract String wrong();

    private String spoilt(String command) {
        int at = random.nextInt(command.length());
        String before = command.substring(0, at);
        String after = command.substring(at + 1);
        return switch (random.nextInt(8)) {
            case 0 -> before + after;
            case 1 -> before + (char) random.nextInt(256) + after;
            case 2 -> before + (char) random.nextInt(256) + command.substring(at);
            case 3 -> before;
            default -> wrong();
        };
    }

    /** A payload's size: small, or close to the maximum; seldom beyond. */
    final int payloadSize() {
        return switch (random.nextInt(20)) {
            case 0 -> rules.maxPayload();
            case 1 -> rules.maxPayload() + (random.nextInt(SPOILT_ONE_IN) == 0 ? 1 : -1);
            case 2, 3, 4 -> 0;
            default -> random.nextInt(24);
        };
    }

    final String subject() {
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

    final String around(int length, String text) {
        return text.repeat(Math.max(1, length - 4 + random.nextInt(8)));
    }

    final String digits() {
        return random.nextInt(8) == 0
                ? SIZES[random.nextInt(SIZES.length)]
                : number(random.nextInt(99));
    }

    final String number(int value) {
        return random.nextInt(10) == 0 ? "00" + value : Integer.toString(value);
    }

    final String optional(String argument) {
        return random.nextBoolean() ? blanks() + argument : "";
    }

    final String text() {
        return switch (random.nextInt(6)) {
            case 0 -> " " + bytes(random.nextInt(8)).replace("\n", "");
            case 1 -> blanks();
            default -> "";
        };
    }

    final String anyBlanks() {
        return random.nextInt(4) == 0 ? "" : blanks();
    }

    final String blanks() {
        return switch (random.nextInt(12)) {
            case 0 -> "\t";
            case 1 -> "  ";
            case 2 -> " \t ";
            default -> " ";
        };
    }

    final String lineEnd() {
        return switch (random.nextInt(12)) {
            case 0 -> "\n";
            case 1 -> " \r\n";
            case 2 -> " \n";
            case 3 -> "\r\r\n";
            default -> "\r\n";
        };
    }

    final String cased(String verb) {
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
    final String bytes(int count) {
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

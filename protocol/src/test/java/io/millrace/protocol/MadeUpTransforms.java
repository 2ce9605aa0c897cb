package io.millrace.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sources, destinations and subjects that often, not always, fit each other. */
final class MadeUpTransforms {
    private static final List<String> FUNCTIONS =
            List.of(
                    "wildcard",
                    "Partition",
                    "SplitFromLeft",
                    "splitFromRight",
                    "sliceFromLeft",
                    "SliceFromRight",
                    "Split",
                    "left",
                    "Right",
                    "random");

    private static final List<String> ODD_NUMBERS =
            List.of(
                    "",
                    "-1",
                    "+1",
                    "x",
                    "2147483647",
                    "2147483648",
                    "-2147483649",
                    "9223372036854775808",
                    "-4294967294",
                    "1_0",
                    "\u0663");

    private static final List<String> LITERALS =
            List.of("a", "foo", "foo-bar", "\u00FC", "$a", "$", "*x", "", "{{}}", ">", "a b");
    private static final List<String> DELIMITERS =
            List.of("-", "-", "--", "", "\u00FC", "a", " ", ")", "\t");
    private static final List<String> BLANKS = List.of("", "", "", "", " ", "\t", "\u000B", "\n");
    private static final List<String> PIECES =
            List.of("a", "b", "-", "-", "\u00FC", "\u20AC", "\uD83D\uDE00");

    private final RandomGenerator random;

    MadeUpTransforms(RandomGenerator random) {
        this.random = random;
    }

    String source() {
        List<String> tokens = new ArrayList<>();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            tokens.add(oneIn(3) ? any(LITERALS.subList(0, 4)) : oneIn(40) ? any(LITERALS) : "*");
        }
        if (oneIn(4)) {
            tokens.add(">");
        }
        return oneIn(50) ? "" : String.join(".", tokens);
    }

    /** Not empty. */
    String destination(String source) {
        List<String> tokens = new ArrayList<>();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            tokens.add(
                    switch (random.nextInt(8)) {
                        case 0 -> oneIn(10) ? any(LITERALS) : "foo";
                        case 1, 2 -> "$" + number();
                        default -> call();
                    });
        }
        if (source.endsWith(">") || oneIn(30)) {
            tokens.add(">");
        }
        String destination = String.join(".", tokens);
        return destination.isEmpty() ? "foo" : destination;
    }

    private String call() {
        String function = any(FUNCTIONS);
        int count =
                switch (function) {
                    case "wildcard", "random" -> 1;
                    case "Partition" -> 1 + random.nextInt(3);
                    default -> 2;
                };
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < (oneIn(15) ? random.nextInt(4) : count); i++) {
            boolean delimiter = function.equals("Split") && i == 1;
            arguments.add(delimiter ? any(DELIMITERS) : number() + (oneIn(8) ? " " : ""));
        }
        String call =
                String.join(
                        any(BLANKS.subList(0, 6)),
                        "{{",
                        oneIn(10) ? otherCase(function) : function,
                        "(" + String.join("," + any(BLANKS), arguments) + ")",
                        "}}");
        if (oneIn(15)) {
            int at = random.nextInt(call.length());
            String odd = any(List.of("{{", "}}", "(", ")", ",", "\n", "x", ".", call));
            return call.substring(0, at) + odd + call.substring(oneIn(2) ? at : at + 1);
        }
        return call;
    }

    /** One letter, or more if they are the same, in the other case. */
    private String otherCase(String function) {
        char letter = function.charAt(random.nextInt(function.length()));
        return function.replace(
                letter,
                Character.isUpperCase(letter)
                        ? Character.toLowerCase(letter)
                        : Character.toUpperCase(letter));
    }

    private String number() {
        return oneIn(25) ? any(ODD_NUMBERS) : "" + random.nextInt(4);
    }

    /** With a character for each byte. */
    String subject(String source) {
        List<String> tokens = new ArrayList<>();
        for (String token : (source.isEmpty() ? ">" : source).split("\\.", -1)) {
            switch (token) {
                case "*" -> tokens.add(token());
                case ">" -> {
                    tokens.add(token());
                    tokens.add(token());
                }
                default -> tokens.add(bytes(token));
            }
        }
        if (oneIn(10)) {
            tokens.set(random.nextInt(tokens.size()), any(List.of("*", ">", "", "a")));
        }
        if (oneIn(10)) {
            tokens.removeLast();
        }
        return String.join(".", tokens);
    }

    private String token() {
        StringBuilder token = new StringBuilder();
        for (int left = 1 + random.nextInt(7); left > 0; left--) {
            // Every now and then half a character.
            String piece = bytes(any(PIECES));
            token.append(oneIn(10) ? piece.substring(0, 1) : piece);
        }
        return token.toString();
    }

    /** The UTF-8 bytes of a text, a character for each. */
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private String any(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }
}

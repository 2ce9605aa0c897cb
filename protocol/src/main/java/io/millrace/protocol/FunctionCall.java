package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds <code>{{name(arguments)}}</code> in one token of a transform's destination. As in the
 * reference, the call may stand anywhere in the token, blanks around name and arguments don't
 * count, the arguments go on until the last place where they could end, and stay in one line.
 *
 * <p>Takes a time in proportion to the token, whatever is in it: accounts' owners write them.
 */
final class FunctionCall {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final String BLANKS = "\t\n\f\r ";

    private final String token;

    /** For each parenthesis whether the call could end with it. */
    private final boolean[] closes;

    FunctionCall(String token) {
        this.token = token;
        closes = closes(token);
    }

    private static boolean[] closes(String token) {
        boolean[] closes = new boolean[token.length()];
        boolean onlyBlanksBeforeClose = false;
        for (int i = token.length() - 1; i >= 0; i--) {
            closes[i] = onlyBlanksBeforeClose && token.charAt(i) == ')';
            onlyBlanksBeforeClose =
                    token.startsWith(CLOSE, i) || onlyBlanksBeforeClose && isBlank(token.charAt(i));
        }
        return closes;
    }

    /**
     * The arguments of the first call of a function.
     *
     * @param name with capital letters where the case doesn't matter
     * @return as they stand between the commas, at least one; null if it isn't called
     */
    @Nullable List<String> arguments(String name) {
        int lineEnd = -1;
        int lastClose = -1;
        for (int open = token.indexOf(OPEN); open >= 0; open = token.indexOf(OPEN, open + 1)) {
            int start = argumentsAt(open, name);
            if (start < 0) {
                continue;
            }
            if (start > lineEnd) {
                lineEnd = lineEnd(start);
                lastClose = lastClose(start, lineEnd);
            }
            if (lastClose >= start) {
                return split(token.substring(start, lastClose));
            }
        }
        return null;
    }

    /** Where the arguments begin if the name stands here, otherwise -1. */
    private int argumentsAt(int open, String name) {
        int at = skipBlanks(open + OPEN.length());
        if (!isNamed(at, name)) {
            return -1;
        }
        int parenthesis = skipBlanks(at + name.length());
        return token.startsWith("(", parenthesis) ? parenthesis + 1 : -1;
    }

    private boolean isNamed(int at, String name) {
        if (at + name.length() > token.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char expected = name.charAt(i);
            char actual = token.charAt(at + i);
            if (actual != expected && actual != Character.toLowerCase(expected)) {
                return false;
            }
        }
        return true;
    }

    private int lineEnd(int from) {
        int end = token.indexOf('\n', from);
        return end < 0 ? token.length() : end;
    }

    private int lastClose(int from, int to) {
        int at = to - 1;
        while (at >= from && !closes[at]) {
            at--;
        }
        return at;
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < token.length() && isBlank(token.charAt(at))) {
            at++;
        }
        return at;
    }

    /** At the commas; blanks behind a comma belong to it. */
    private static List<String> split(String arguments) {
        List<String> split = new ArrayList<>();
        int start = 0;
        for (int comma = arguments.indexOf(',');
                comma >= 0;
                comma = arguments.indexOf(',', start)) {
            split.add(arguments.substring(start, comma));
            start = comma + 1;
            while (start < arguments.length() && isBlank(arguments.charAt(start))) {
                start++;
            }
        }
        split.add(arguments.substring(start));
        return split;
    }

    private static boolean isBlank(char c) {
        return BLANKS.indexOf(c) >= 0;
    }
}

package io.millrace.protocol;

import io.millrace.protocol.BadTransformException.Reason;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What one token of a transform's destination asks for, as it is written: the grammar of functions
 * and their arguments. {@link TransformPart} is what becomes of it.
 *
 * @param wildcards numbers of the source's wildcards, from 1 if they make sense
 * @param number buckets, a position, a size or a bound; 0 where there is none
 * @param delimiter of a split; empty elsewhere
 */
record TransformFunction(Kind kind, long[] wildcards, int number, String delimiter) {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final long[] NO_WILDCARDS = {};
    private static final int SHORTEST_CALL = 5;

    /** In the order in which a token is searched for them. */
    enum Kind {
        WILDCARD("Wildcard"),
        PARTITION("Partition"),
        SPLIT_FROM_LEFT("SplitFromLeft"),
        SPLIT_FROM_RIGHT("SplitFromRight"),
        SLICE_FROM_LEFT("SliceFromLeft"),
        SLICE_FROM_RIGHT("SliceFromRight"),
        RIGHT("Right"),
        LEFT("Left"),
        SPLIT("Split"),
        RANDOM("Random");

        private static final Kind[] ALL = values();

        /** Capital letters may be small ones. */
        private final String called;

        Kind(String called) {
            this.called = called;
        }
    }

    /**
     * Reads one token.
     *
     * @return null if it is to be taken as it is
     * @throws BadTransformException if it looks like a function and isn't one
     */
    static @Nullable TransformFunction parse(String token) throws BadTransformException {
        if (token.startsWith("$")) {
            // Subjects of the system begin so, too: what isn't a number is a literal.
            String number = token.substring(1);
            return isInteger(number) ? wildcard(Long.parseLong(number)) : null;
        }
        if (!looksLikeCall(token)) {
            return null;
        }
        FunctionCall call = new FunctionCall(token);
        for (Kind kind : Kind.ALL) {
            List<String> arguments = call.arguments(kind.called);
            if (arguments != null) {
                return parse(kind, arguments, token);
            }
        }
        throw BadTransformException.destination(Reason.UNKNOWN_FUNCTION, token);
    }

    /** Whether a token stands in the braces of a function. */
    static boolean looksLikeCall(String token) {
        return token.length() >= SHORTEST_CALL && token.startsWith("{{") && token.endsWith("}}");
    }

    /** Whether any of the functions is called, with whatever arguments. */
    static boolean callsKnown(String token) {
        FunctionCall call = new FunctionCall(token);
        for (Kind kind : Kind.ALL) {
            if (call.arguments(kind.called) != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a token stands for a wildcard when a destination is made a filter. This is not quite
     * the rule for what it is replaced by, in the reference neither.
     */
    static boolean isPlaceholder(String token) {
        if (token.length() > 1 && token.charAt(0) == '$') {
            char first = token.charAt(1);
            if (first >= '1' && first <= '9') {
                return true;
            }
        }
        List<String> arguments = new FunctionCall(token).arguments(Kind.WILDCARD.called);
        return arguments != null && arguments.size() == 1 && !arguments.getFirst().isEmpty();
    }

    private static TransformFunction parse(Kind kind, List<String> arguments, String token)
            throws BadTransformException {
        return switch (kind) {
            case WILDCARD -> {
                refuseIf(arguments.equals(List.of("")), Reason.NOT_ENOUGH_ARGUMENTS, token);
                refuseIf(arguments.size() > 1, Reason.TOO_MANY_ARGUMENTS, token);
                yield wildcard(integer(arguments.getFirst(), token));
            }
            case PARTITION -> partition(arguments, token);
            case RANDOM -> {
                refuseIf(arguments.size() > 1, Reason.NOT_ENOUGH_ARGUMENTS, token);
                yield of(kind, NO_WILDCARDS, wrapped(arguments.getFirst(), token));
            }
            case SPLIT -> split(arguments, token);
            case SPLIT_FROM_LEFT,
                    SPLIT_FROM_RIGHT,
                    SLICE_FROM_LEFT,
                    SLICE_FROM_RIGHT,
                    LEFT,
                    RIGHT -> {
                long[] wildcard = firstOfTwo(arguments, token);
                long number = integer(arguments.getLast(), token);
                refuseIf(number != (int) number, Reason.INVALID_ARGUMENT, token);
                yield of(kind, wildcard, (int) number);
            }
        };
    }

    private static TransformFunction partition(List<String> arguments, String token)
            throws BadTransformException {
        int buckets = wrapped(arguments.getFirst(), token);
        long[] wildcards = new long[arguments.size() - 1];
        for (int i = 0; i < wildcards.length; i++) {
            wildcards[i] = integer(arguments.get(i + 1), token);
        }
        return of(Kind.PARTITION, wildcards, buckets);
    }

    private static TransformFunction split(List<String> arguments, String token)
            throws BadTransformException {
        long[] wildcard = firstOfTwo(arguments, token);
        String delimiter = arguments.getLast();
        // A dot can't be: the destination was split at its dots before.
        refuseIf(delimiter.contains(" "), Reason.INVALID_ARGUMENT, token);
        return new TransformFunction(Kind.SPLIT, wildcard, 0, delimiter);
    }

    private static long[] firstOfTwo(List<String> arguments, String token)
            throws BadTransformException {
        refuseIf(arguments.size() < 2, Reason.NOT_ENOUGH_ARGUMENTS, token);
        refuseIf(arguments.size() > 2, Reason.TOO_MANY_ARGUMENTS, token);
        return new long[] {integer(arguments.getFirst(), token)};
    }

    private static TransformFunction wildcard(long number) {
        return of(Kind.WILDCARD, new long[] {number}, 0);
    }

    private static TransformFunction of(Kind kind, long[] wildcards, int number) {
        return new TransformFunction(kind, wildcards, number, "");
    }

    /** At most an int; below that, the low 32 bits, as in the reference. */
    private static int wrapped(String argument, String token) throws BadTransformException {
        long number = integer(argument, token);
        refuseIf(number > Integer.MAX_VALUE, Reason.INVALID_ARGUMENT, token);
        return (int) number;
    }

    private static long integer(String argument, String token) throws BadTransformException {
        int start = 0;
        int end = argument.length();
        while (start < end && argument.charAt(start) == ' ') {
            start++;
        }
        while (start < end && argument.charAt(end - 1) == ' ') {
            end--;
        }
        String number = argument.substring(start, end);
        refuseIf(!isInteger(number), Reason.INVALID_ARGUMENT, token);
        return Long.parseLong(number);
    }

    /** ASCII digits that a long can hold. */
    private static boolean isInteger(String text) {
        if (!INTEGER.matcher(text).matches()) {
            return false;
        }
        try {
            Long.parseLong(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void refuseIf(boolean wrong, Reason reason, String token)
            throws BadTransformException {
        if (wrong) {
            throw BadTransformException.destination(reason, token);
        }
    }
}

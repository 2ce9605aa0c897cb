package io.millrace.protocol;

import io.millrace.protocol.BadTransformException.Reason;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks a transform and makes the parts of its destination; for one only. */
final class TransformCompiler {
    private final String[] sources;
    private final String[] destinations;
    private final String destination;
    private final boolean strict;
    private final int[] wildcards;
    private final List<TransformPart> parts = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int wildcardsUsed;

    TransformCompiler(String source, String destination, boolean strict) {
        sources = SubjectTransform.tokens(source);
        destinations = SubjectTransform.tokens(destination);
        wildcards = wildcards(sources);
        this.destination = destination;
        this.strict = strict;
    }

    private static int[] wildcards(String[] tokens) {
        int[] found = new int[tokens.length];
        int count = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i].equals(SubjectTransform.ANY_TOKEN)) {
                found[count] = i;
                count++;
            }
        }
        return Arrays.copyOf(found, count);
    }

    TransformPart[] compile() throws BadTransformException {
        boolean rest = hasRest(sources);
        if (!isSubject(sources)
                || !isSubject(destinations)
                || wildcards(destinations).length > 0
                || rest != hasRest(destinations)) {
            throw BadTransformException.invalidSubject();
        }
        boolean bound = rest || wildcards.length > 0;
        for (int i = 0; i < destinations.length; i++) {
            literal.append(i == 0 ? "" : ".");
            TransformFunction function = TransformFunction.parse(destinations[i]);
            if (function != null) {
                endLiteral();
                parts.add(bound ? bound(function, i) : free(function, i));
            } else if (destinations[i].equals(SubjectTransform.REST)) {
                endLiteral();
                parts.add(new TransformPart.Rest(sources.length - 1));
            } else {
                literal.append(destinations[i]);
            }
        }
        if (bound && strict && wildcardsUsed < wildcards.length) {
            throw BadTransformException.destination(Reason.NOT_ALL_WILDCARDS, destination);
        }
        endLiteral();
        return parts.toArray(TransformPart[]::new);
    }

    private static boolean isSubject(String[] tokens) {
        for (int i = 0; i < tokens.length; i++) {
            boolean last = i == tokens.length - 1;
            if (tokens[i].isEmpty() || !last && tokens[i].equals(SubjectTransform.REST)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasRest(String[] tokens) {
        return tokens[tokens.length - 1].equals(SubjectTransform.REST);
    }

    private void endLiteral() {
        if (!literal.isEmpty()) {
            byte[] bytes = literal.toString().getBytes(StandardCharsets.UTF_8);
            parts.add(new TransformPart.Literal(bytes));
            literal.setLength(0);
        }
    }

    /** A function where the source has wildcards. */
    private TransformPart bound(TransformFunction function, int index)
            throws BadTransformException {
        String token = destinations[index];
        if (strict && function.kind() != TransformFunction.Kind.WILDCARD) {
            throw BadTransformException.destination(Reason.NOT_FOR_IMPORTS, token);
        }
        int[] tokens = new int[function.wildcards().length];
        for (int i = 0; i < tokens.length; i++) {
            long wildcard = function.wildcards()[i];
            if (wildcard > wildcards.length) {
                throw BadTransformException.destination(
                        Reason.INDEX_OUT_OF_RANGE, token + ": [" + wildcard + "]");
            }
            // Below 1 it is the subject's first token, in the reference too.
            tokens[i] = wildcard < 1 ? 0 : wildcards[(int) wildcard - 1];
        }
        wildcardsUsed += tokens.length;
        return part(function, tokens);
    }

    /** A function where the source has none: only those that need none. */
    private TransformPart free(TransformFunction function, int index) throws BadTransformException {
        return switch (function.kind()) {
            case PARTITION, RANDOM -> part(function, new int[0]);
            default ->
                    throw BadTransformException.destination(
                            Reason.INDEX_OUT_OF_RANGE, destinations[index]);
        };
    }

    private static TransformPart part(TransformFunction function, int[] tokens) {
        int number = function.number();
        return switch (function.kind()) {
            case WILDCARD -> new TransformPart.Wildcard(tokens[0]);
            case PARTITION -> new TransformPart.Partition(tokens, number);
            case RANDOM -> new TransformPart.RandomNumber(number);
            case SPLIT ->
                    new TransformPart.Split(
                            tokens[0], function.delimiter().getBytes(StandardCharsets.UTF_8));
            case SPLIT_FROM_LEFT -> new TransformPart.SplitFromLeft(tokens[0], number);
            case SPLIT_FROM_RIGHT -> new TransformPart.SplitFromRight(tokens[0], number);
            case SLICE_FROM_LEFT -> new TransformPart.SliceFromLeft(tokens[0], number);
            case SLICE_FROM_RIGHT -> new TransformPart.SliceFromRight(tokens[0], number);
            case LEFT -> new TransformPart.Left(tokens[0], number);
            case RIGHT -> new TransformPart.Right(tokens[0], number);
        };
    }
}

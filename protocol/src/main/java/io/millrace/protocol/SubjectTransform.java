package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes one subject of another: what account mappings, stream transforms and imports have in
 * common. The source is a filter; the destination's tokens refer to its wildcards, {@code $1} or
 * <code>{{wildcard(1)}}</code>, or call a function.
 *
 * <p>Compiled once; immutable, for any thread. Using it makes no garbage: what is known of the
 * subject and where the other is written are the caller's.
 */
public final class SubjectTransform {
    /** The subject isn't one that this is for. */
    public static final int NO_MATCH = -1;

    /** The other subject is longer than the caller has room for. */
    public static final int NO_ROOM = -2;

    static final String ANY_TOKEN = "*";
    static final String REST = ">";

    private final String source;
    private final String destination;
    private final SubjectFilter filter;
    private final TransformPart[] parts;

    private SubjectTransform(String source, String destination, TransformPart[] parts) {
        this.source = source;
        this.destination = destination;
        this.filter = SubjectFilter.of(tokens(source));
        this.parts = parts;
    }

    /**
     * A transform for mappings and streams.
     *
     * @param source a subject, may have wildcards; empty is all subjects
     * @param destination not empty: without a destination there is no transform
     * @throws BadTransformException with the reference's text
     */
    public static SubjectTransform of(String source, String destination)
            throws BadTransformException {
        return of(source, destination, false);
    }

    /**
     * A transform that can be undone, for imports: its only function is the wildcard, and all
     * wildcards of the source are used.
     *
     * @param source a subject, may have wildcards; empty is all subjects
     * @param destination not empty
     * @throws BadTransformException with the reference's text
     */
    public static SubjectTransform ofStrict(String source, String destination)
            throws BadTransformException {
        return of(source, destination, true);
    }

    private static SubjectTransform of(String source, String destination, boolean strict)
            throws BadTransformException {
        if (destination.isEmpty()) {
            throw new IllegalArgumentException("no destination");
        }
        String from = source.isEmpty() ? REST : source;
        TransformPart[] parts = new TransformCompiler(from, destination, strict).compile();
        return new SubjectTransform(from, destination, parts);
    }

    public String source() {
        return source;
    }

    public String destination() {
        return destination;
    }

    /**
     * Transforms a subject that matches the source. A wildcard in the subject is matched by the
     * same or a wider one only. The destination may have an empty token (of a split that leaves
     * nothing), so may not be valid.
     *
     * @param out has room for as much as the caller can take
     * @return length of what was written, in bytes, or {@link #NO_MATCH} or {@link #NO_ROOM}, what
     *     was written then being undefined
     */
    public int apply(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
        if (!filter.matches(subject)) {
            return NO_MATCH;
        }
        for (TransformPart part : parts) {
            part.write(subject, out, random);
            if (out.isFull()) {
                return NO_ROOM;
            }
        }
        return out.length();
    }

    /**
     * The same for streams: a subject that no message may be published to matches only if
     * everything stays as it is.
     */
    public int match(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
        boolean changesNothing = source.equals(REST) && destination.equals(REST);
        return changesNothing || subject.isLiteral() ? apply(subject, out, random) : NO_MATCH;
    }

    /**
     * The transform back, of one that was made strictly.
     *
     * <p>As in the reference, the destination's placeholders are put in for the source's wildcards
     * in the order in which they stand. That undoes any exchange of two tokens, but not a turn of
     * three; imports on both sides of a link have to agree on it.
     *
     * @return null if there is none
     */
    public @Nullable SubjectTransform reverse() {
        List<String> placeholders = new ArrayList<>();
        String back = untokenize(destination, placeholders);
        StringBuilder to = new StringBuilder(source.length());
        int used = 0;
        for (String token : tokens(source)) {
            to.append(to.isEmpty() ? "" : ".");
            if (!token.equals(ANY_TOKEN)) {
                to.append(token);
            } else if (used < placeholders.size()) {
                to.append(placeholders.get(used));
                used++;
            } else {
                return null;
            }
        }
        try {
            return ofStrict(back, to.toString());
        } catch (BadTransformException e) {
            return null;
        }
    }

    /** The destination that has each wildcard in its place: {@code a.*.*} as {@code a.$1.$2}. */
    public static String tokenize(String subject) {
        StringBuilder tokenized = new StringBuilder(subject.length());
        int wildcards = 0;
        for (String token : tokens(subject)) {
            if (token.equals(ANY_TOKEN)) {
                wildcards++;
                tokenized.append('$').append(wildcards);
            } else {
                tokenized.append(token);
            }
            tokenized.append('.');
        }
        return tokenized.substring(0, tokenized.length() - 1);
    }

    /** The filter of what a destination can be: {@code a.$2.$1} as {@code a.*.*}. */
    public static String untokenize(String destination) {
        return untokenize(destination, new ArrayList<>());
    }

    private static String untokenize(String destination, List<String> placeholders) {
        String[] tokens = tokens(destination);
        for (int i = 0; i < tokens.length; i++) {
            if (TransformFunction.isPlaceholder(tokens[i])) {
                placeholders.add(tokens[i]);
                tokens[i] = ANY_TOKEN;
            }
        }
        return String.join(".", tokens);
    }

    static String[] tokens(String subject) {
        return subject.split("\\.", -1);
    }

    @Override
    public String toString() {
        return source + " -> " + destination;
    }
}

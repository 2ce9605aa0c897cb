package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Two names of the same messages: what one account knows by the first subject, another one knows by
 * the second. Both may have wildcards, each of which stands for the same tokens on both sides.
 *
 * <p>Compiled once; immutable, for any thread. Using it makes no garbage.
 */
public final class SubjectPair {
    private static final RandomGenerator NO_CHOICE =
            () -> {
                throw new IllegalStateException("nothing here is left to chance");
            };

    private final boolean same;
    private final String first;
    private final String second;

    /** Null if any number of subjects of the second side are one on the first. */
    private final @Nullable SubjectTransform there;

    /** Null likewise. */
    private final @Nullable SubjectTransform back;

    private final byte[] literal;

    private SubjectPair(
            boolean same,
            String first,
            String second,
            @Nullable SubjectTransform there,
            @Nullable SubjectTransform back) {
        this.same = same;
        this.first = first;
        this.second = second;
        this.there = there;
        this.back = back;
        literal = first.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Makes one.
     *
     * @param first a subject, may have wildcards
     * @param second the other; refers to the first one's wildcards by {@code $1} or <code>
     *     {{wildcard(1)}}</code>, or has as many of its own, in the same order
     * @throws BadTransformException with the reference's text
     */
    public static SubjectPair of(String first, String second) throws BadTransformException {
        SubjectTransform there =
                SubjectTransform.ofStrict(first, SubjectTransform.tokenize(second));
        String filter = SubjectTransform.untokenize(second);
        return new SubjectPair(
                first.equals(filter) && isInOrder(there.destination()),
                first,
                filter,
                there,
                SubjectTransform.ofStrict(filter, inverse(first, there.destination())));
    }

    /**
     * Makes one of requests, which go from the second side to the first only: there, any number of
     * subjects may be one.
     *
     * @param first a subject, may have wildcards
     * @param second as for {@link #of}; may have wildcards that the first has not
     * @throws BadTransformException with the reference's text
     */
    public static SubjectPair ofRequests(String first, String second) throws BadTransformException {
        if (Subject.hasWildcard(first) || !Subject.hasWildcard(second)) {
            return of(first, second);
        }
        return new SubjectPair(false, first, second, null, null);
    }

    private static boolean isInOrder(String destination) throws BadTransformException {
        List<Long> used = wildcardsOf(destination);
        for (int i = 0; i < used.size(); i++) {
            if (used.get(i) != i + 1) {
                return false;
            }
        }
        return true;
    }

    /** The source, its wildcards in terms of those of the destination. */
    private static String inverse(String source, String destination) throws BadTransformException {
        List<Long> used = wildcardsOf(destination);
        StringBuilder text = new StringBuilder();
        long wildcard = 0;
        for (String token : SubjectTransform.tokens(source)) {
            text.append(text.isEmpty() ? "" : ".");
            if (token.equals(SubjectTransform.ANY_TOKEN)) {
                wildcard++;
                text.append('$').append(used.indexOf(wildcard) + 1);
            } else {
                text.append(token);
            }
        }
        return text.toString();
    }

    /** Numbers of the wildcards that a destination refers to, in its order. */
    private static List<Long> wildcardsOf(String destination) throws BadTransformException {
        List<Long> used = new ArrayList<>();
        for (String token : SubjectTransform.tokens(destination)) {
            TransformFunction function = TransformFunction.parse(token);
            if (function != null) {
                used.add(function.wildcards()[0]);
            }
        }
        return used;
    }

    /** Whether both are the same, so that nothing has to be changed. */
    public boolean isSame() {
        return same;
    }

    /** What messages are called on the first side; has wildcards, but no references. */
    public String first() {
        return first;
    }

    /** What they are called on the second side; has wildcards, but no references. */
    public String second() {
        return second;
    }

    /**
     * What a subject of the first side is on the second.
     *
     * @param subject may have wildcards where the first side has them
     * @return as {@link SubjectTransform#apply}
     */
    public int toSecond(SubjectTokens subject, SubjectWriter out) {
        if (there == null) {
            throw new IllegalStateException("requests go the other way");
        }
        return there.apply(subject, out, NO_CHOICE);
    }

    /**
     * What a subject of the second side is on the first.
     *
     * @param subject may have wildcards where the second side has them
     * @return as {@link SubjectTransform#apply}
     */
    public int toFirst(SubjectTokens subject, SubjectWriter out) {
        if (back == null) {
            out.put(literal);
            return out.isFull() ? SubjectTransform.NO_ROOM : out.length();
        }
        return back.apply(subject, out, NO_CHOICE);
    }

    @Override
    public String toString() {
        return first + " <-> " + second;
    }
}

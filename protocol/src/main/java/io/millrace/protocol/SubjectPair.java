package io.millrace.protocol;

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
    private final SubjectTransform there;
    private final SubjectTransform back;

    private SubjectPair(boolean same, SubjectTransform there, SubjectTransform back) {
        this.same = same;
        this.there = there;
        this.back = back;
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
                there,
                SubjectTransform.ofStrict(filter, inverse(first, there.destination())));
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
        return there.source();
    }

    /** What they are called on the second side; has wildcards, but no references. */
    public String second() {
        return back.source();
    }

    /**
     * What a subject of the first side is on the second.
     *
     * @param subject may have wildcards where the first side has them
     * @return as {@link SubjectTransform#apply}
     */
    public int toSecond(SubjectTokens subject, SubjectWriter out) {
        return there.apply(subject, out, NO_CHOICE);
    }

    /**
     * What a subject of the second side is on the first.
     *
     * @param subject may have wildcards where the second side has them
     * @return as {@link SubjectTransform#apply}
     */
    public int toFirst(SubjectTokens subject, SubjectWriter out) {
        return back.apply(subject, out, NO_CHOICE);
    }

    @Override
    public String toString() {
        return there.toString();
    }
}

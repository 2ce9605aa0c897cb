package io.millrace.protocol;

import java.util.Arrays;

/**
 * Where the tokens of one subject are: found once, however many filters, mappings and transforms
 * then look at them. An empty token is one, too.
 *
 * <p>One thread's own, for one subject after the other. It keeps a number per token of the longest
 * subject so far and refers to the subject's bytes, which must stay what they are meanwhile.
 */
public final class SubjectTokens {
    private static final int USUAL_TOKENS = 32;

    private Region bytes = Region.NONE;
    private int count;

    /** Where tokens begin; behind those, where one more would. */
    private int[] starts = new int[USUAL_TOKENS + 1];

    /**
     * Looks at another subject.
     *
     * @return this
     */
    public SubjectTokens of(Region subject, int offset, int length) {
        bytes = subject;
        count = 0;
        starts[0] = offset;
        int end = offset + length;
        int dot = offset;
        do {
            dot = subject.indexOf(Subject.SEPARATOR, starts[count], end);
            add(dot + 1);
        } while (dot < end);
        return this;
    }

    private void add(int next) {
        count++;
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
        }
        starts[count] = next;
    }

    /** How many there are, at least 1 once there is a subject. */
    public int count() {
        return count;
    }

    /** Whether a message may be published to it, as far as tokens tell: none empty, no wildcard. */
    public boolean isLiteral() {
        for (int i = 0; i < count; i++) {
            if (length(i) == 0 || is(i, Subject.ANY_TOKEN) || is(i, Subject.REST)) {
                return false;
            }
        }
        return true;
    }

    /** {@link Region#hash} of a token. */
    public long hash(int token) {
        return bytes.hash(starts[token], length(token));
    }

    /** What the offsets are in. */
    Region bytes() {
        return bytes;
    }

    int start(int token) {
        return starts[token];
    }

    int length(int token) {
        return starts[token + 1] - 1 - starts[token];
    }

    /** Behind the last token. */
    int end() {
        return starts[count] - 1;
    }

    /** Whether a token is exactly this character. */
    boolean is(int token, byte only) {
        return length(token) == 1 && bytes.getByte(starts[token]) == only;
    }

    /** Whether a token is exactly these bytes. */
    boolean is(int token, byte[] expected) {
        return length(token) == expected.length && bytes.equal(starts[token], expected);
    }
}

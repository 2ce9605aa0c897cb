package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * A subject with or without wildcards, made ready to match others against. As the reference, a
 * wildcard in the other one is matched by the same or a wider wildcard only.
 *
 * <p>Unlike the reference, which takes a token that merely begins with {@code *} for the wildcard
 * when it matches: there as everywhere it is a literal.
 */
public final class SubjectFilter {
    private static final byte[] ANY = {Subject.ANY_TOKEN};

    /** Without the {@code >}. */
    private final byte[][] tokens;

    private final boolean rest;
    private final byte @Nullable [] literal;

    private SubjectFilter(byte[][] tokens, boolean rest, byte @Nullable [] literal) {
        this.tokens = tokens;
        this.rest = rest;
        this.literal = literal;
    }

    /**
     * Compiles a filter.
     *
     * @param subject a valid subject, may have wildcards
     */
    public static SubjectFilter of(String subject) {
        return of(SubjectTransform.tokens(subject));
    }

    /**
     * Compiles a filter.
     *
     * @param tokens none of them empty, {@code >} at the end if anywhere
     */
    public static SubjectFilter of(String[] tokens) {
        boolean rest = tokens[tokens.length - 1].equals(">");
        boolean wild = rest;
        byte[][] fixed = new byte[rest ? tokens.length - 1 : tokens.length][];
        for (int i = 0; i < fixed.length; i++) {
            fixed[i] = tokens[i].equals("*") ? ANY : tokens[i].getBytes(StandardCharsets.UTF_8);
            wild |= fixed[i] == ANY;
        }
        byte[] literal = wild ? null : String.join(".", tokens).getBytes(StandardCharsets.UTF_8);
        return new SubjectFilter(fixed, rest, literal);
    }

    /** The only subject that it is for; null if it has wildcards. */
    public byte @Nullable [] literal() {
        return literal;
    }

    /** How many tokens it has, without a {@code >}. */
    int count() {
        return tokens.length;
    }

    /** Whether it ends with {@code >}. */
    boolean hasRest() {
        return rest;
    }

    /** Whether any token may stand here. */
    boolean isAny(int token) {
        return tokens[token] == ANY;
    }

    /** What stands here, if that isn't any; not to be changed. */
    byte[] token(int token) {
        return tokens[token];
    }

    /** Whether a subject is one of those that this is for. */
    public boolean matches(SubjectTokens subject) {
        int count = subject.count();
        if (rest ? count <= tokens.length : count != tokens.length) {
            return false;
        }
        for (int i = 0; i < tokens.length; i++) {
            boolean same =
                    tokens[i] == ANY
                            ? subject.length(i) > 0 && !subject.is(i, Subject.REST)
                            : subject.is(i, tokens[i]);
            if (!same) {
                return false;
            }
        }
        return true;
    }
}

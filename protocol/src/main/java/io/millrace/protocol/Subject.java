package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Everything there is to say about subjects: tokens parted by dots, {@code *} for any one token,
 * {@code >} for one or more at the end.
 *
 * <p>Works on bytes in place. A wildcard is a token of that one character only: {@code foo*} is a
 * literal. Any byte but blank, tab, CR, LF and form feed may stand in a token, as in the reference;
 * its length is bounded by the control line alone, so nothing here recurses.
 */
public final class Subject {
    public static final byte SEPARATOR = '.';
    public static final byte ANY_TOKEN = '*';
    public static final byte REST = '>';

    // In each byte of a word.
    private static final long ABOVE_BLANK = 0x2121_2121_2121_2121L;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

    private Subject() {}

    /** Whether a subscription may ask for this subject. */
    public static boolean isValid(Region bytes, int offset, int length) {
        return check(bytes.address(offset, length), length, true);
    }

    /** Whether a message may be published to this subject: valid, and without wildcards. */
    public static boolean isValidLiteral(Region bytes, int offset, int length) {
        return check(bytes.address(offset, length), length, false);
    }

    /**
     * Whether these bytes can stand in a line of the protocol as one of its words, valid subject or
     * not: there are some, and none of them is a blank or could end the line.
     */
    public static boolean isWord(Region bytes, int offset, int length) {
        long address = bytes.address(offset, length);
        int i = 0;
        while (i + Long.BYTES <= length) {
            long eight = Memory.getLong(address + i);
            // Its highest bits tell of bytes that aren't above the blank.
            if ((eight - ABOVE_BLANK & ~eight & HIGHEST_BITS) != 0
                    && hasForbidden(address + i, Long.BYTES)) {
                return false;
            }
            i += Long.BYTES;
        }
        return length > 0 && !hasForbidden(address + i, length - i);
    }

    private static boolean hasForbidden(long address, int length) {
        for (int i = 0; i < length; i++) {
            if (isForbidden(Memory.getByte(address + i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a subscription may ask for this subject. */
    public static boolean isValid(String subject) {
        boolean ended = false;
        for (String token : subject.split("\\.", -1)) {
            if (ended
                    || token.isEmpty()
                    || token.chars().anyMatch(c -> c < 0x80 && isForbidden((byte) c))) {
                return false;
            }
            ended = token.length() == 1 && token.charAt(0) == REST;
        }
        return true;
    }

    /**
     * The subject of all that two subjects both match.
     *
     * @param one valid, may have wildcards
     * @param other likewise
     * @return null if there is nothing that both match
     */
    public static @Nullable String overlap(String one, String other) {
        String[] a = one.split("\\.", -1);
        String[] b = other.split("\\.", -1);
        StringBuilder both = new StringBuilder();
        for (int i = 0; i < a.length || i < b.length; i++) {
            if (i >= a.length || i >= b.length) {
                return null;
            }
            both.append(i == 0 ? "" : ".");
            boolean restOfA = a[i].equals(">");
            if (restOfA || b[i].equals(">")) {
                String[] narrower = restOfA ? b : a;
                return both.append(String.join(".", List.of(narrower).subList(i, narrower.length)))
                        .toString();
            }
            if (a[i].equals("*")) {
                both.append(b[i]);
            } else if (b[i].equals("*") || a[i].equals(b[i])) {
                both.append(a[i]);
            } else {
                return null;
            }
        }
        return both.toString();
    }

    private static boolean check(long address, int length, boolean wildcards) {
        int tokenStart = 0;
        boolean ended = false;
        for (int i = 0; i <= length; i++) {
            if (i < length && Memory.getByte(address + i) != SEPARATOR) {
                if (isForbidden(Memory.getByte(address + i))) {
                    return false;
                }
                continue;
            }
            int tokenLength = i - tokenStart;
            if (tokenLength == 0 || ended) {
                return false;
            }
            if (tokenLength == 1) {
                byte only = Memory.getByte(address + tokenStart);
                if (!wildcards && (only == ANY_TOKEN || only == REST)) {
                    return false;
                }
                ended = only == REST;
            }
            tokenStart = i + 1;
        }
        return true;
    }

    private static boolean isForbidden(byte b) {
        // Nearly all bytes are greater: one comparison for those.
        return b <= ' ' && (b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == '\f');
    }

    /** Number of tokens, at least 1. */
    public static int tokens(Region bytes, int offset, int length) {
        long address = bytes.address(offset, length);
        int tokens = 1;
        for (int i = 0; i < length; i++) {
            if (Memory.getByte(address + i) == SEPARATOR) {
                tokens++;
            }
        }
        return tokens;
    }

    /** Whether a valid subject has a wildcard token. */
    public static boolean hasWildcard(Region bytes, int offset, int length) {
        long address = bytes.address(offset, length);
        for (int i = 0; i < length; i++) {
            byte b = Memory.getByte(address + i);
            boolean startsToken = i == 0 || Memory.getByte(address + i - 1) == SEPARATOR;
            boolean endsToken = i == length - 1 || Memory.getByte(address + i + 1) == SEPARATOR;
            if (startsToken && endsToken && (b == ANY_TOKEN || b == REST)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message may be published to this subject: valid, and without wildcards. */
    public static boolean isValidLiteral(String subject) {
        return isValid(subject) && !hasWildcard(subject);
    }

    /** Whether a subject, valid or not, has a wildcard token. */
    public static boolean hasWildcard(String subject) {
        for (String token : subject.split("\\.", -1)) {
            if (token.equals("*") || token.equals(">")) {
                return true;
            }
        }
        return false;
    }
}

package io.millrace.protocol;

/** The header {@code traceparent} of W3C: {@code version-traceid-parentid-flags}, in hex. */
public final class TraceParent {
    private static final int PARTS = 4;
    private static final int FLAGS_DIGITS = 2;
    private static final int HEX = 16;

    /** As in the reference, for which flags are a byte with a sign. */
    private static final int MAX_FLAGS = 0x7F;

    private TraceParent() {}

    /**
     * Whether whoever has sent it samples what it belongs to.
     *
     * @param value of the header, without blanks around it
     */
    public static boolean isSampled(String value) {
        String[] parts = value.split("-", -1);
        if (parts.length != PARTS || parts[PARTS - 1].length() != FLAGS_DIGITS) {
            return false;
        }
        int flags = 0;
        for (char each : parts[PARTS - 1].toCharArray()) {
            int digit = each < 0x80 ? Character.digit(each, HEX) : -1;
            if (digit < 0) {
                return false;
            }
            flags = flags * HEX + digit;
        }
        return flags <= MAX_FLAGS && (flags & 1) != 0;
    }
}

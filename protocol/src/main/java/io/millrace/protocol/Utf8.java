package io.millrace.protocol;

/** How many bytes a character has. */
final class Utf8 {
    private static final int LONGEST = 4;
    private static final int TRAIL_MASK = 0xC0;
    private static final int TRAIL = 0x80;

    private Utf8() {}

    /**
     * Bytes of the character that begins here, from 1 to 4; of one that isn't valid, overlong or a
     * surrogate 1, as Go takes it.
     *
     * @param end behind the last byte, greater than {@code at}
     */
    static int length(Region bytes, int at, int end) {
        int lead = bytes.getByte(at) & 0xFF;
        int length = lengthBy(lead);
        if (length == 1 || length > end - at) {
            return 1;
        }
        int second = bytes.getByte(at + 1) & 0xFF;
        if (second < lowestSecond(lead) || second > highestSecond(lead)) {
            return 1;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes.getByte(at + i) & TRAIL_MASK) != TRAIL) {
                return 1;
            }
        }
        return length;
    }

    private static int lengthBy(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 1;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : LONGEST;
    }

    private static int lowestSecond(int lead) {
        return lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    }

    private static int highestSecond(int lead) {
        return lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    }
}

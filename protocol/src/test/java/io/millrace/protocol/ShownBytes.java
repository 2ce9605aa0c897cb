package io.millrace.protocol;

/** How errors show what was received, spelled out anew for tests. */
final class ShownBytes {
    private static final int MOST = 32;

    private ShownBytes() {}

    /** What is said of an operation that nobody knows: its first bytes, and never its options. */
    static String unknown(String parser, String wire) {
        String few = wire.substring(0, Math.min(wire.length(), MOST));
        few = few.indexOf('{') < 0 ? few : few.substring(0, few.indexOf('{'));
        String shown = text(few) + (few.length() < wire.length() ? "..." : "");
        return parser + " parser ERROR: proto='" + shown + "'";
    }

    static String text(String bytes) {
        StringBuilder text = new StringBuilder();
        for (char c : bytes.toCharArray()) {
            text.append(c >= ' ' && c <= '~' ? "" + c : String.format("\\x%02x", (int) c));
        }
        return text.toString();
    }
}

package io.millrace.broker.monitor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Labels of a series, as they stand in the text. Names that peers choose may be anything and of any
 * length: they are escaped, and what is longer than {@link #LONGEST} is cut, with a digest of all
 * of it at the end, so that two that begin alike stay two.
 */
record Labels(String text) {
    /** Characters of a value. */
    static final int LONGEST = 128;

    static final Labels NONE = new Labels("");

    private static final int DIGEST_BYTES = 8;

    static Labels of(String name, String value) {
        return NONE.and(name, value);
    }

    Labels and(String name, String value) {
        return and(new Labels(name + "=\"" + escaped(cut(value)) + '"'));
    }

    Labels and(Labels more) {
        if (text.isEmpty()) {
            return more;
        }
        return more.text.isEmpty() ? this : new Labels(text + ',' + more.text);
    }

    private static String cut(String value) {
        if (value.length() <= LONGEST) {
            return value;
        }
        String digest = "…" + digest(value);
        int end = LONGEST - digest.length();
        return value.substring(0, end - (Character.isHighSurrogate(value.charAt(end - 1)) ? 1 : 0))
                + digest;
    }

    private static String digest(String value) {
        try {
            byte[] all =
                    MessageDigest.getInstance("SHA-256")
                            .digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(all, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new line and what has a meaning is escaped; other controls, which no scraper needs, go. */
    private static String escaped(String value) {
        StringBuilder escaped = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case '"' -> escaped.append("\\\"");
                case '\n' -> escaped.append("\\n");
                default -> escaped.append(Character.isISOControl(c) ? '\ufffd' : c);
            }
        }
        return escaped.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}

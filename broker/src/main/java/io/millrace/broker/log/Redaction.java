package io.millrace.broker.log;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text before it is logged, putting {@code [REDACTED]} in their place as the
 * reference does.
 */
public final class Redaction {
    /** What stands in the place of a secret. */
    public static final String REDACTED = "[REDACTED]";

    /**
     * The key of a secret up to its value. As in the reference anything that begins with {@code
     * pass} or {@code auth_token} counts, wherever it stands, and the other keys only when whole;
     * {@code jwt} is ours, because a bearer's JWT is all one needs to connect.
     */
    private static final Pattern SECRET_KEY =
            Pattern.compile(
                    "(?:(?:auth_token|pass)[^\\s\":=]{0,64}+"
                            + "|(?<![A-Za-z0-9_])(?:proxy_sig|sig|nkey|jwt))"
                            + "\"?\\s*+[:=]\\s*+");

    private static final Pattern NEXT_URL = Pattern.compile(",(?=\\s*[A-Za-z][A-Za-z0-9+.-]*://)");

    private Redaction() {}

    /**
     * Redacts the secrets of a CONNECT's arguments, or of any text with {@code "pass":"…"} or
     * {@code pass=…} in it. Unlike the reference's, a quoted value ends at its closing quote only,
     * so a password with a comma or a brace is redacted whole; one that was cut off ends with the
     * text.
     */
    public static String connect(String arguments) {
        Matcher key = SECRET_KEY.matcher(arguments);
        StringBuilder redacted = new StringBuilder(arguments.length());
        int copied = 0;
        while (copied <= arguments.length() && key.find(copied)) {
            int value = key.end();
            boolean quoted = value < arguments.length() && arguments.charAt(value) == '"';
            int start = quoted ? value + 1 : value;
            redacted.append(arguments, copied, start).append(REDACTED);
            copied = quoted ? endOfQuoted(arguments, start) : endOfBare(arguments, start);
        }
        return copied == 0
                ? arguments
                : redacted.append(arguments, copied, arguments.length()).toString();
    }

    private static int endOfQuoted(String text, int start) {
        for (int i = start; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '"' -> {
                    return i;
                }
                default -> {}
            }
        }
        return text.length();
    }

    private static int endOfBare(String text, int start) {
        int end = start;
        while (end < text.length() && "\",\r\n}".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /**
     * Redacts the user and password of a URL: {@code nats://user:pass@host:4222} becomes {@code
     * nats://[REDACTED]@host:4222}. A URL without them stays as it is, and so does every other
     * part. A password with a bare {@code @} or {@code /} in it is redacted to its end.
     */
    public static String url(String url) {
        int scheme = url.indexOf("://");
        int authority = scheme < 0 ? 0 : scheme + 3;
        int at = url.lastIndexOf('@');
        return at < authority ? url : url.substring(0, authority) + REDACTED + url.substring(at);
    }

    /**
     * Redacts every URL of a list separated by commas, as {@code --routes} takes it. A comma that
     * no scheme follows is taken for part of a password.
     */
    public static String urls(String commaSeparated) {
        List<String> redacted = new ArrayList<>();
        for (String url : NEXT_URL.split(commaSeparated)) {
            redacted.add(url(url));
        }
        return String.join(",", redacted);
    }
}

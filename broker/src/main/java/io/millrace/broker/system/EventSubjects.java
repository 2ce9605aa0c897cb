package io.millrace.broker.system;

import java.nio.charset.StandardCharsets;

/**
 * Where events are told; bytes are taken for characters, as in all subjects. The name of an account
 * stands there as it is, whatever tokens that makes, but for blanks and the like: where the
 * reference writes lines that no client can read, they are underscores here.
 */
final class EventSubjects {
    private static final char DELETE = 127;

    private EventSubjects() {}

    /** How many clients an account has. */
    static String count(String account) {
        return "$SYS.ACCOUNT." + named(account) + ".SERVER.CONNS";
    }

    /** The same, where it was told in former times. */
    static String oldCount(String account) {
        return "$SYS.SERVER.ACCOUNT." + named(account) + ".CONNS";
    }

    static String connect(String account) {
        return "$SYS.ACCOUNT." + named(account) + ".CONNECT";
    }

    static String disconnect(String account) {
        return "$SYS.ACCOUNT." + named(account) + ".DISCONNECT";
    }

    /**
     * Somebody isn't let in.
     *
     * @param server its id
     */
    static String refused(String server) {
        return "$SYS.SERVER." + server + ".CLIENT.AUTH.ERR";
    }

    private static String named(String account) {
        String bytes =
                new String(account.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        StringBuilder named = new StringBuilder(bytes.length());
        for (int i = 0; i < bytes.length(); i++) {
            char each = bytes.charAt(i);
            named.append(each <= ' ' || each == DELETE ? '_' : each);
        }
        return named.toString();
    }
}

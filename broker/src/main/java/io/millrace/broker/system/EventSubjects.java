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

    /** Somebody isn't let in, told in the global account. */
    static final String REFUSED_IN_ACCOUNT = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";

    /**
     * Where something is asked of an account.
     *
     * @param kind the last token
     */
    static String accountRequest(String account, String kind) {
        return "$SYS.REQ.ACCOUNT." + named(account) + '.' + kind;
    }

    /**
     * A token of a subject, as a name.
     *
     * @param place from 0; there are so many
     */
    static String token(String subject, int place) {
        String bytes = subject.split("\\.", -1)[place];
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
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

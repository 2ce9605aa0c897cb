package io.millrace.bench.load;

/**
 * Who a client says it is.
 *
 * @param user empty for a client that says nothing of it
 */
public record Login(String user, String password) {
    /** For servers that let everybody in. */
    public static final Login NONE = new Login("", "");

    /** What stands in CONNECT for it, with the comma before. */
    String fields() {
        return user.isEmpty() ? "" : ",\"user\":\"" + user + "\",\"pass\":\"" + password + "\"";
    }
}

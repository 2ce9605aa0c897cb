package io.millrace.protocol;

/**
 * What a client said in CONNECT, defaults filled in as the reference does.
 *
 * @param verbose answer each command with {@code +OK}
 * @param pedantic check the subjects of published messages
 * @param echo deliver a client's own messages to its own subscriptions
 * @param headers the client understands HMSG
 * @param noResponders the client wants a 503 when nobody listens to its request
 * @param tlsRequired the client wants TLS
 * @param protocol 0, or 1 for clients that understand INFO at any time
 * @param name the client's own name
 * @param lang the language of the client library
 * @param version the version of the client library
 * @param account an account asked for by name; an error in the reference when not empty
 * @param newAccount an account to be made; an error, too
 * @param credentials what the client proves itself with
 */
public record ConnectOptions(
        boolean verbose,
        boolean pedantic,
        boolean echo,
        boolean headers,
        boolean noResponders,
        boolean tlsRequired,
        int protocol,
        String name,
        String lang,
        String version,
        String account,
        boolean newAccount,
        Credentials credentials) {

    /** What holds for a client that publishes or subscribes before it has sent CONNECT. */
    public static final ConnectOptions BEFORE_CONNECT =
            new ConnectOptions(
                    true,
                    true,
                    true,
                    false,
                    false,
                    false,
                    0,
                    "",
                    "",
                    "",
                    "",
                    false,
                    Credentials.NONE);

    /** Characters of all that it says in words. */
    public int textLength() {
        return name.length()
                + lang.length()
                + version.length()
                + account.length()
                + credentials.textLength();
    }

    /** The same of a client that is to get no headers, and may send none. */
    public ConnectOptions withoutHeaders() {
        return new ConnectOptions(
                verbose,
                pedantic,
                echo,
                false,
                noResponders,
                tlsRequired,
                protocol,
                name,
                lang,
                version,
                account,
                newAccount,
                credentials);
    }

    /** The same of a client that proves itself with something else. */
    public ConnectOptions with(Credentials others) {
        return new ConnectOptions(
                verbose,
                pedantic,
                echo,
                headers,
                noResponders,
                tlsRequired,
                protocol,
                name,
                lang,
                version,
                account,
                newAccount,
                others);
    }

    /**
     * What a client proves itself with; fields it didn't send are empty. {@link #toString} says
     * only which ones it sent, so secrets can't slip into a log.
     */
    public record Credentials(
            String user, String pass, String authToken, String jwt, String nkey, String sig) {
        public static final Credentials NONE = new Credentials("", "", "", "", "", "");

        /** These, and for what isn't among them what others have. */
        public Credentials or(Credentials others) {
            return new Credentials(
                    user.isEmpty() ? others.user : user,
                    pass.isEmpty() ? others.pass : pass,
                    authToken.isEmpty() ? others.authToken : authToken,
                    jwt.isEmpty() ? others.jwt : jwt,
                    nkey.isEmpty() ? others.nkey : nkey,
                    sig.isEmpty() ? others.sig : sig);
        }

        /** Characters of all of them. */
        public int textLength() {
            return user.length()
                    + pass.length()
                    + authToken.length()
                    + jwt.length()
                    + nkey.length()
                    + sig.length();
        }

        @Override
        public String toString() {
            return "Credentials["
                    + (user.isEmpty() ? "" : "user ")
                    + (pass.isEmpty() ? "" : "pass ")
                    + (authToken.isEmpty() ? "" : "auth_token ")
                    + (jwt.isEmpty() ? "" : "jwt ")
                    + (nkey.isEmpty() ? "" : "nkey ")
                    + (sig.isEmpty() ? "" : "sig ")
                    + "]";
        }
    }
}

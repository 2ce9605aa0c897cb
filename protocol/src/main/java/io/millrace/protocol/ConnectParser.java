package io.millrace.protocol;

import com.fasterxml.jackson.core.JsonParser;

import java.io.IOException;

/**
 * Reads the JSON of a CONNECT.
 *
 * <p>As the reference: names in any case, unknown fields ignored (and never shown), null leaves the
 * default, a field of the wrong type refuses the whole CONNECT. Nesting is bounded.
 */
public final class ConnectParser {
    private boolean verbose;
    private boolean pedantic;
    private boolean echo;
    private boolean headers;
    private boolean noResponders;
    private boolean tlsRequired;
    private boolean newAccount;
    private int protocol;
    private String name;
    private String lang;
    private String version;
    private String account;
    private String user;
    private String pass;
    private String authToken;
    private String jwt;
    private String nkey;
    private String sig;

    private ConnectParser(ConnectOptions before) {
        verbose = before.verbose();
        pedantic = before.pedantic();
        echo = before.echo();
        headers = before.headers();
        noResponders = before.noResponders();
        tlsRequired = before.tlsRequired();
        newAccount = before.newAccount();
        protocol = before.protocol();
        name = before.name();
        lang = before.lang();
        version = before.version();
        account = before.account();
        ConnectOptions.Credentials credentials = before.credentials();
        user = credentials.user();
        pass = credentials.pass();
        authToken = credentials.authToken();
        jwt = credentials.jwt();
        nkey = credentials.nkey();
        sig = credentials.sig();
    }

    /**
     * Parses one CONNECT.
     *
     * @param json the argument of CONNECT
     * @param before what held until now; fields that are not sent keep these values
     * @throws MalformedConnectException if it isn't a JSON object of the expected types
     */
    public static ConnectOptions parse(byte[] json, ConnectOptions before)
            throws MalformedConnectException {
        ConnectParser fields = new ConnectParser(before);
        try {
            JsonFields.read(json, fields::set);
        } catch (IOException e) {
            // The cause would quote what the client sent: secrets, perhaps.
            throw new MalformedConnectException();
        }
        return fields.options();
    }

    private void set(String field, JsonParser in) throws IOException {
        switch (field) {
            case "verbose" -> verbose = JsonFields.flag(in);
            case "pedantic" -> pedantic = JsonFields.flag(in);
            case "echo" -> echo = JsonFields.flag(in);
            case "headers" -> headers = JsonFields.flag(in);
            case "no_responders" -> noResponders = JsonFields.flag(in);
            case "tls_required" -> tlsRequired = JsonFields.flag(in);
            case "new_account" -> newAccount = JsonFields.flag(in);
            case "protocol" -> protocol = JsonFields.number(in);
            case "name" -> name = JsonFields.text(in);
            case "lang" -> lang = JsonFields.text(in);
            case "version" -> version = JsonFields.text(in);
            case "account" -> account = JsonFields.text(in);
            case "user" -> user = JsonFields.text(in);
            case "pass" -> pass = JsonFields.text(in);
            case "auth_token" -> authToken = JsonFields.text(in);
            case "jwt" -> jwt = JsonFields.text(in);
            case "nkey" -> nkey = JsonFields.text(in);
            case "sig" -> sig = JsonFields.text(in);
            default -> in.skipChildren();
        }
    }

    private ConnectOptions options() {
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
                new ConnectOptions.Credentials(user, pass, authToken, jwt, nkey, sig));
    }

    /** The CONNECT isn't one; carries nothing of what was sent. */
    public static final class MalformedConnectException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedConnectException() {
            super("malformed CONNECT", null, false, false);
        }
    }
}

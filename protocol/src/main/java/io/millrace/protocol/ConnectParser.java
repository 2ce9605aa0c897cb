package io.millrace.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads the JSON of a CONNECT.
 *
 * <p>As the reference: names in any case, unknown fields ignored (and never shown), null leaves the
 * default, a field of the wrong type refuses the whole CONNECT. Nesting is bounded.
 */
public final class ConnectParser {
    private static final int MAX_DEPTH = 32;
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

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
        // Decoded here: left to itself, Jackson would guess UTF-16 and refuse what isn't quite
        // UTF-8.
        String text = new String(json, StandardCharsets.UTF_8);
        try (JsonParser in = JSON.createParser(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedConnectException();
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName().toLowerCase(Locale.ROOT);
                JsonToken value = in.nextToken();
                if (value != JsonToken.VALUE_NULL) {
                    fields.set(field, in);
                }
            }
            if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
                throw new MalformedConnectException();
            }
        } catch (IOException e) {
            // The cause would quote what the client sent: secrets, perhaps.
            throw new MalformedConnectException();
        }
        return fields.options();
    }

    private void set(String field, JsonParser in) throws IOException, MalformedConnectException {
        switch (field) {
            case "verbose" -> verbose = flag(in);
            case "pedantic" -> pedantic = flag(in);
            case "echo" -> echo = flag(in);
            case "headers" -> headers = flag(in);
            case "no_responders" -> noResponders = flag(in);
            case "tls_required" -> tlsRequired = flag(in);
            case "new_account" -> newAccount = flag(in);
            case "protocol" -> protocol = number(in);
            case "name" -> name = text(in);
            case "lang" -> lang = text(in);
            case "version" -> version = text(in);
            case "account" -> account = text(in);
            case "user" -> user = text(in);
            case "pass" -> pass = text(in);
            case "auth_token" -> authToken = text(in);
            case "jwt" -> jwt = text(in);
            case "nkey" -> nkey = text(in);
            case "sig" -> sig = text(in);
            default -> in.skipChildren();
        }
    }

    private static boolean flag(JsonParser in) throws IOException, MalformedConnectException {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new MalformedConnectException();
        };
    }

    private static int number(JsonParser in) throws IOException, MalformedConnectException {
        if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new MalformedConnectException();
        }
        return Math.clamp(in.getLongValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static String text(JsonParser in) throws IOException, MalformedConnectException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw new MalformedConnectException();
        }
        return in.getText();
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

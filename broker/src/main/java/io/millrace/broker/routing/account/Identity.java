package io.millrace.broker.routing.account;

import io.millrace.broker.log.Redaction;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.Quoted;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Who a client turned out to be, and what it may do. Immutable but for what {@link Permissions}
 * remembers.
 *
 * @param kind how the client said who it is
 * @param name the user's name or public key; empty for none
 * @param account the account the client belongs to
 * @param permissions null if everything is allowed
 */
public record Identity(Kind kind, String name, String account, @Nullable Permissions permissions) {
    /** How a client can say who it is. */
    public enum Kind {
        NONE,
        USER,
        NKEY,
        TOKEN
    }

    /** What a client says it is, be it true or not; it belongs to the global account. */
    public static Identity claimedBy(Credentials credentials) {
        if (!credentials.nkey().isEmpty()) {
            return global(Kind.NKEY, credentials.nkey());
        }
        if (!credentials.user().isEmpty()) {
            return global(Kind.USER, credentials.user());
        }
        return credentials.authToken().isEmpty() ? global(Kind.NONE, "") : ofToken();
    }

    /** Whoever knows the token; the token itself is in none of them. */
    public static Identity ofToken() {
        return global(Kind.TOKEN, Redaction.REDACTED);
    }

    private static Identity global(Kind kind, String name) {
        return new Identity(kind, name, Account.GLOBAL, null);
    }

    /** What begins each log line about the client: {@code account/user:name}, or nothing. */
    public String label() {
        return switch (kind) {
            case NONE -> "";
            case USER -> account + "/user:" + name;
            case NKEY -> account + "/nkey:" + name;
            case TOKEN -> account + "/token";
        };
    }

    /** How a log line names a client that was refused; the name as it was sent. */
    public String claim() {
        return switch (kind) {
            case NONE -> "";
            case USER -> "User \"" + quoted() + '"';
            case NKEY -> "Nkey \"" + quoted() + '"';
            case TOKEN -> "Token \"" + name + '"';
        };
    }

    private String quoted() {
        return Quoted.text(name.getBytes(StandardCharsets.UTF_8));
    }
}

package io.millrace.broker.auth;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.protocol.ConnectOptions.Credentials;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Knows the users, and judges who wants to be one of them, by the reference's rules: an nkey counts
 * before a user name, and both before the token or the single user.
 *
 * <p>Immutable, for any thread; what it answers takes no time.
 */
public final class Authenticator {
    private final AuthOptions options;
    private final boolean mapsCertificates;
    private final boolean needsNonce;
    private final boolean hasNamedUsers;
    private final Map<String, User> users = new HashMap<>();
    private final Map<String, AccountLimits> limits = new HashMap<>();

    /** Users that a certificate can name. */
    private final Set<String> certifiable;

    /** The same for clients that come by WebSocket; null where they are clients like others. */
    private final @Nullable Authenticator overWebSocket;

    /** A user and what a client becomes that proves to be it. */
    private record User(UserOptions options, Identity identity) {
        boolean allows(ConnectionType type) {
            return options.connectionTypes().isEmpty()
                    || options.connectionTypes().contains(type.name());
        }
    }

    /**
     * Makes one.
     *
     * @param mapsCertificates whether a client's TLS certificate says which user it is
     */
    public Authenticator(AuthOptions options, boolean mapsCertificates) {
        this(options, mapsCertificates, ConnectionType.STANDARD);
    }

    /**
     * Makes one.
     *
     * @param certified how clients have come whose certificates it looks at
     */
    Authenticator(AuthOptions options, boolean mapsCertificates, ConnectionType certified) {
        this(options, mapsCertificates, certified, null);
    }

    private Authenticator(
            AuthOptions options,
            boolean mapsCertificates,
            ConnectionType certified,
            @Nullable Authenticator overWebSocket) {
        this.options = options;
        this.overWebSocket = overWebSocket;
        this.mapsCertificates = mapsCertificates;
        this.needsNonce = options.users().stream().anyMatch(UserOptions::isNkey);
        this.hasNamedUsers = options.users().stream().anyMatch(user -> !user.isNkey());
        // Users with the same permissions share them, and what the router remembers about them.
        Map<PermissionOptions, Permissions> compiled = new HashMap<>();
        VerdictRoom room = VerdictRoom.ofConfiguration();
        for (UserOptions user : options.users()) {
            PermissionOptions permissions = user.permissions();
            Identity identity =
                    new Identity(
                            user.isNkey() ? Identity.Kind.NKEY : Identity.Kind.USER,
                            user.name(),
                            user.account(),
                            permissions == null
                                    ? null
                                    : compiled.computeIfAbsent(
                                            permissions, rules -> new Permissions(rules, room)));
            users.put(user.name(), new User(user, identity));
        }
        options.accounts().forEach(account -> limits.put(account.name(), account.limits()));
        Set<String> names = new HashSet<>();
        for (User user : users.values()) {
            if (!user.options.isNkey() && user.allows(certified)) {
                names.add(user.options.name());
            }
        }
        certifiable = Set.copyOf(names);
    }

    /**
     * The same, with rules of its own for clients that come by WebSocket.
     *
     * @param others who they may be
     * @param mapsCertificatesToo whether the certificates of those say which user it is
     */
    public Authenticator overWebSocket(AuthOptions others, boolean mapsCertificatesToo) {
        return new Authenticator(
                options,
                mapsCertificates,
                ConnectionType.STANDARD,
                new Authenticator(others, mapsCertificatesToo, ConnectionType.WEBSOCKET, null));
    }

    /** Who judges clients that have come so. */
    public Authenticator of(ConnectionType type) {
        return type == ConnectionType.WEBSOCKET && overWebSocket != null ? overWebSocket : this;
    }

    /** Whether clients must say who they are. */
    public boolean isRequired() {
        return options.isRequired();
    }

    /** What the clients of an account are held to, beside the limits of the server. */
    public AccountLimits limits(String account) {
        return limits.getOrDefault(account, AccountLimits.NONE);
    }

    /** Whether clients get something to sign. */
    public boolean needsNonce() {
        return needsNonce;
    }

    /** What the configuration's author should know. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (hasPlainSecrets()) {
            warnings.add("Plaintext passwords detected, use nkeys or bcrypt");
        }
        warn(warnings, "The token", options.token());
        warn(warnings, "User \"" + options.username() + '"', options.password());
        for (UserOptions user : options.users()) {
            warn(warnings, "User \"" + user.name() + '"', user.password());
        }
        if (overWebSocket != null) {
            overWebSocket.warnings().stream()
                    .filter(warning -> !warnings.contains(warning))
                    .forEach(warnings::add);
        }
        return warnings;
    }

    private static void warn(List<String> warnings, String who, Secret secret) {
        String problem = PasswordHash.problem(secret.value());
        if (!problem.isEmpty()) {
            warnings.add(who + " lets nobody in: " + problem);
        }
    }

    private boolean hasPlainSecrets() {
        return isPlain(options.password())
                || options.users().stream()
                        .anyMatch(user -> !user.isNkey() && isPlain(user.password()));
    }

    private static boolean isPlain(Secret secret) {
        return !secret.isEmpty() && !PasswordHash.isHashed(secret.value());
    }

    /**
     * Who a client is that speaks without CONNECT; nobody if it may not.
     *
     * @param type how it has come
     */
    public Optional<Identity> anonymous(ConnectionType type) {
        if (!isRequired()) {
            return Optional.of(Identity.claimedBy(Credentials.NONE));
        }
        User user = known(options.noAuthUser(), false, type);
        if (user != null) {
            return Optional.of(user.identity);
        }
        return options.anonymous()
                ? Optional.of(Identity.claimedBy(Credentials.NONE))
                : Optional.empty();
    }

    /** Judges a login. */
    public Verdict judge(Login login) {
        Credentials credentials = login.credentials();
        if (!isRequired()) {
            return new Verdict.Admitted(Identity.claimedBy(credentials));
        }
        if (mapsCertificates && credentials.nkey().isEmpty() && hasNamedUsers) {
            return byCertificate(login);
        }
        if (saysNothing(credentials)) {
            User user = users.get(options.noAuthUser());
            if (user != null) {
                return user.allows(login.type())
                        ? new Verdict.Admitted(user.identity)
                        : new Verdict.Refused("Connection type not allowed");
            }
            if (options.anonymous()) {
                return new Verdict.Admitted(Identity.claimedBy(credentials));
            }
        }
        if (!credentials.nkey().isEmpty() && needsNonce()) {
            return byNkey(login);
        }
        if (!credentials.user().isEmpty() && !users.isEmpty()) {
            return byUser(login);
        }
        if (!options.token().isEmpty()) {
            return PasswordHash.judge(Identity.ofToken(), options.token(), credentials.authToken());
        }
        if (!options.username().isEmpty() && options.username().equals(credentials.user())) {
            return PasswordHash.judge(
                    new Identity(Identity.Kind.USER, options.username(), Account.GLOBAL, null),
                    options.password(),
                    credentials.pass());
        }
        return new Verdict.Refused("No such user");
    }

    /**
     * Judges a client that was let in before, under other rules. A proof isn't asked for again
     * while what it was held against is the same; if that has changed, the client has to connect
     * anew.
     *
     * @param before the rules under which it was let in
     * @param login what it showed; the nonce doesn't count
     * @param identity who it was
     * @return who it is now; empty if it wouldn't be let in
     */
    public Optional<Identity> reassess(Authenticator before, Login login, Identity identity) {
        if (identity.kind() == Identity.Kind.NONE && before.anonymous(login.type()).isEmpty()) {
            // Nobody could be in without a name: it is one that has yet to log in.
            return Optional.of(identity);
        }
        return switch (judge(login)) {
            case Verdict.Admitted(Identity now) -> Optional.of(now);
            case Verdict.Refused _ -> Optional.empty();
            case Verdict.Unproved(Identity now, Proof _) ->
                    before.isRequired() && before.secretOf(identity).equals(secretOf(now))
                            ? Optional.of(now)
                            : Optional.empty();
        };
    }

    /** Whether there is a user of the name that a client is in by; a token has none. */
    public boolean knows(Identity identity) {
        User user = users.get(identity.name());
        return switch (identity.kind()) {
            case NONE, TOKEN -> true;
            case NKEY -> user != null && user.options.isNkey();
            case USER ->
                    user == null
                            ? identity.name().equals(options.username())
                            : !user.options.isNkey();
        };
    }

    /** What a proof is held against. */
    private Secret secretOf(Identity identity) {
        return switch (identity.kind()) {
            case TOKEN -> options.token();
            case NONE, NKEY -> Secret.NONE;
            case USER -> {
                User user = users.get(identity.name());
                yield user == null ? options.password() : user.options.password();
            }
        };
    }

    /** Nothing that counts here: without nkey users, an nkey doesn't. */
    private boolean saysNothing(Credentials credentials) {
        return credentials.user().isEmpty()
                && credentials.pass().isEmpty()
                && credentials.authToken().isEmpty()
                && (credentials.nkey().isEmpty() || !needsNonce());
    }

    private Verdict byNkey(Login login) {
        Credentials credentials = login.credentials();
        User user = known(credentials.nkey(), true, login.type());
        if (user == null) {
            return new Verdict.Refused("No such nkey");
        }
        if (credentials.sig().isEmpty()) {
            return new Verdict.Refused("Signature missing");
        }
        return new Verdict.Unproved(
                user.identity,
                () -> NkeySignature.isValid(credentials.nkey(), login.nonce(), credentials.sig()));
    }

    /** The certificate's user; a password the user has besides must be presented as well. */
    private Verdict byCertificate(Login login) {
        X509Certificate certificate = login.certificate();
        if (certificate == null) {
            return new Verdict.Refused(CertificateNames.missing());
        }
        CertificateNames names = CertificateNames.of(certificate);
        User user = names.user(certifiable).map(users::get).orElse(null);
        return user == null
                ? new Verdict.Refused(names.notFound())
                : PasswordHash.judge(
                        user.identity, user.options.password(), login.credentials().pass());
    }

    private Verdict byUser(Login login) {
        Credentials credentials = login.credentials();
        User user = known(credentials.user(), false, login.type());
        return user == null
                ? new Verdict.Refused("No such user")
                : PasswordHash.judge(user.identity, user.options.password(), credentials.pass());
    }

    /** A user that exists and may connect in this way. */
    private @Nullable User known(String name, boolean nkey, ConnectionType type) {
        User user = users.get(name);
        return user != null && user.options.isNkey() == nkey && user.allows(type) ? user : null;
    }
}

package io.millrace.broker.auth;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafUser;
import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.broker.routing.account.Identity;
import io.millrace.protocol.ConnectOptions.Credentials;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Judges leaf nodes that connect: by what their own block of the configuration says, or where that
 * names nobody as clients are. Immutable, for any thread.
 */
public final class LeafLogin {
    private final LeafOptions options;
    private final Authenticator users;
    private final Authenticator usersByWebSocket;

    /**
     * Makes one.
     *
     * @param auth who clients may be
     * @param webSocket says who leaf nodes are that come by WebSocket and don't say
     */
    public LeafLogin(AuthOptions auth, LeafOptions options, WebSocketOptions webSocket) {
        this.options = options;
        boolean map = options.tls().map();
        users = new Authenticator(auth, map, ConnectionType.LEAFNODE);
        usersByWebSocket =
                webSocket.isOn()
                        ? new Authenticator(
                                byWebSocket(auth, webSocket.noAuthUser()),
                                map,
                                ConnectionType.LEAFNODE_WS)
                        : users;
    }

    /** Of what that block says of clients, only the user that needn't be named counts. */
    private static AuthOptions byWebSocket(AuthOptions auth, String noAuthUser) {
        return noAuthUser.isEmpty()
                ? auth
                : auth.overridden(auth.username(), auth.password(), auth.token(), noAuthUser);
    }

    private Authenticator users(ConnectionType type) {
        return type == ConnectionType.LEAFNODE_WS ? usersByWebSocket : users;
    }

    /** What the leaf nodes of an account are held to. */
    public AccountLimits limits(String account) {
        return users.limits(account);
    }

    /**
     * Judges what a leaf node presents.
     *
     * @param nonce what it was told to sign
     * @param certificate its own, which was verified; null if it has none
     * @param type how it has come
     */
    public Verdict judge(
            Credentials said,
            String nonce,
            @Nullable X509Certificate certificate,
            ConnectionType type) {
        if (!options.username().isEmpty()) {
            return options.username().equals(said.user())
                    ? PasswordHash.judge(
                            user(options.username(), options.account()),
                            options.password(),
                            said.pass())
                    : unknown();
        }
        if (!options.nkey().isEmpty()) {
            return byNkey(said, nonce);
        }
        if (!options.users().isEmpty()) {
            return options.tls().map() ? byCertificate(certificate) : byUser(said);
        }
        if (!users.isRequired()) {
            Identity claimed = Identity.claimedBy(said);
            return new Verdict.Admitted(
                    new Identity(claimed.kind(), claimed.name(), account(options.account()), null));
        }
        return users(type).judge(new Login(said, nonce, certificate, type));
    }

    private static Verdict unknown() {
        return new Verdict.Refused("No such user");
    }

    private static Identity user(String name, String account) {
        return new Identity(Identity.Kind.USER, name, account(account), null);
    }

    private static String account(String name) {
        return name.isEmpty() ? UserOptions.GLOBAL_ACCOUNT : name;
    }

    private Verdict byNkey(Credentials said, String nonce) {
        if (!options.nkey().equals(said.nkey())) {
            return new Verdict.Refused("No such nkey");
        }
        if (said.sig().isEmpty()) {
            return new Verdict.Refused("Signature missing");
        }
        return new Verdict.Unproved(
                new Identity(Identity.Kind.NKEY, said.nkey(), account(options.account()), null),
                () -> NkeySignature.isValid(said.nkey(), nonce, said.sig()));
    }

    private Verdict byUser(Credentials said) {
        return options.users().stream()
                .filter(user -> user.name().equals(said.user()))
                .findFirst()
                .map(
                        user ->
                                PasswordHash.judge(
                                        user(user.name(), user.account()),
                                        user.password(),
                                        said.pass()))
                .orElseGet(LeafLogin::unknown);
    }

    /** The certificate is proof enough. */
    private Verdict byCertificate(@Nullable X509Certificate certificate) {
        if (certificate == null) {
            return new Verdict.Refused(CertificateNames.missing());
        }
        CertificateNames names = CertificateNames.of(certificate);
        List<String> candidates = names.candidates();
        Optional<LeafUser> user =
                options.users().stream()
                        .filter(each -> candidates.contains(each.name()))
                        .findFirst();
        return user.<Verdict>map(each -> new Verdict.Admitted(user(each.name(), each.account())))
                .orElseGet(() -> new Verdict.Refused(names.notFound()));
    }

    /**
     * Judges a leaf node that was let in before, under other rules. What it proved itself with
     * isn't asked for again while it is the same.
     *
     * @param type how it has come
     * @return who it is now; empty if it wouldn't be let in
     */
    public Optional<Identity> reassess(
            LeafLogin before,
            Credentials said,
            @Nullable X509Certificate certificate,
            ConnectionType type,
            Identity identity) {
        if (!options.saysWho()) {
            return users.isRequired() || before.users.isRequired()
                    ? users(type)
                            .reassess(
                                    before.users(type),
                                    new Login(said, "", certificate, type),
                                    identity)
                    : Optional.of(identity);
        }
        return switch (judge(said, "", certificate, type)) {
            case Verdict.Admitted(Identity now) -> Optional.of(now);
            case Verdict.Refused _ -> Optional.empty();
            case Verdict.Unproved(Identity now, Proof _) ->
                    secretOf(now).equals(before.secretOf(identity))
                            ? Optional.of(now)
                            : Optional.empty();
        };
    }

    /** What a proof is held against. */
    private Secret secretOf(Identity identity) {
        return options.users().stream()
                .filter(user -> user.name().equals(identity.name()))
                .map(LeafUser::password)
                .findFirst()
                .orElse(options.password());
    }
}

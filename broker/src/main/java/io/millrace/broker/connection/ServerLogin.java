package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.cluster.RouteSession;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.RouteConnect;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How another server is let in that has dialed this one, as a route or a gateway. Belongs to the
 * connection's I/O loop.
 */
final class ServerLogin {
    /** What else there is to say before it is let in, and what to do then. */
    interface Door {
        /**
         * The other server is who it says.
         *
         * @param rules what it was judged by
         */
        Inbound.Next admit(
                RouteConnect said, @Nullable X509Certificate certificate, RouteLogin rules);
    }

    private final Link link;
    private final Supplier<RouteLogin> currentRules;
    private final Authentication authentication;
    private final Door door;
    private @Nullable TlsSession tls;

    /**
     * Makes one for a connection.
     *
     * @param currentRules what holds when it asks
     * @param authentication where proofs that take time are made
     */
    ServerLogin(
            Link link,
            Supplier<RouteLogin> currentRules,
            Authentication authentication,
            Door door) {
        this.link = link;
        this.currentRules = currentRules;
        this.authentication = authentication;
        this.door = door;
    }

    /** The connection is secured, and the other server may have shown a certificate. */
    void secured(TlsSession agreed) {
        tls = agreed;
    }

    /** The other server says who it is. */
    Inbound.Next judge(RouteConnect said) {
        X509Certificate certificate =
                Optional.ofNullable(tls).flatMap(TlsSession::peerCertificate).orElse(null);
        RouteLogin rules = currentRules.get();
        return switch (rules.judge(said, certificate)) {
            case Verdict.Admitted _ -> admit(said, certificate, rules);
            case Verdict.Refused(String why) -> turnAway(said, why);
            case Verdict.Unproved unproved ->
                    new Proving(
                                    link,
                                    () -> admit(said, certificate, rules),
                                    () -> turnAway(said, "The proof doesn't hold"))
                            .begin(authentication, unproved);
        };
    }

    private Inbound.Next admit(
            RouteConnect said, @Nullable X509Certificate certificate, RouteLogin rules) {
        return said.account().isEmpty() && !said.newAccount()
                ? door.admit(said, certificate, rules)
                : turnAway(said, "account is not the server's to choose");
    }

    /**
     * Another server isn't who it says, or didn't say it.
     *
     * @param why for the debug log; without secrets
     */
    Inbound.Next turnAway(RouteConnect said, String why) {
        return link.turnAway(why, RouteSession.authenticationError(said));
    }
}

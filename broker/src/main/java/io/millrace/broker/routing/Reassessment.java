package io.millrace.broker.routing;

import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.peer.Medium;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.ConnectOptions.Credentials;

import java.util.Optional;

/** Says who a client is now that the users are others. */
public interface Reassessment {
    /**
     * Judges a client that was let in before.
     *
     * @param credentials what it connected with
     * @param tls what it agreed upon; empty without TLS
     * @param medium what it has come over
     * @param before who it was
     * @return who it is from here on; empty if it wouldn't be let in
     */
    Optional<Identity> of(
            Credentials credentials, Optional<TlsSession> tls, Medium medium, Identity before);

    /** Whether there still is a user of the name that somebody is in by, whatever its password. */
    boolean knows(Identity before);
}

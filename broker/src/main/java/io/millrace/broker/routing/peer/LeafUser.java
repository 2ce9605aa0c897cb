package io.millrace.broker.routing.peer;

import io.millrace.broker.routing.account.Identity;
import io.millrace.protocol.LeafConnect;

/**
 * Who the other side of a leaf node's connection is, where it has dialed.
 *
 * @param name its name, as it said
 * @param user the user or public key it is known by; never a secret
 * @param version its feature level, as it said
 */
public record LeafUser(String name, String user, String version) {
    /** Where this server has dialed: nothing was presented to it. */
    public static final LeafUser NONE = new LeafUser("", "", "");

    /** Of what it said, be it true or not. */
    public static LeafUser of(LeafConnect said, Identity identity) {
        return new LeafUser(said.name(), identity.name(), said.version());
    }
}

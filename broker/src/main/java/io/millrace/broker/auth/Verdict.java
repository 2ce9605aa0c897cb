package io.millrace.broker.auth;

import io.millrace.broker.routing.account.Identity;

/** What an {@link Authenticator} says to a login. */
public sealed interface Verdict {
    /** It is who it says. */
    record Admitted(Identity identity) implements Verdict {}

    /**
     * It isn't, or can't say so.
     *
     * @param why for the debug log; without secrets
     */
    record Refused(String why) implements Verdict {}

    /** It is if the proof holds, which takes too long to look at on an I/O loop. */
    record Unproved(Identity identity, Proof proof) implements Verdict {}
}

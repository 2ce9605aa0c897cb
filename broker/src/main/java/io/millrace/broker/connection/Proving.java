package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Claimant;
import io.millrace.broker.auth.Verdict;

import java.util.function.Supplier;

/**
 * Finds out whether the other side of a connection is who it says, at once or after a while in
 * which nothing is read. One for each time it says so; belongs to the connection's I/O loop.
 */
final class Proving implements Authentication.Outcome {
    private final Link link;
    private final Supplier<Inbound.Next> admit;
    private final Supplier<Inbound.Next> turnAway;

    /**
     * Makes one.
     *
     * @param admit says how it goes on if it is
     * @param turnAway says so if it isn't
     */
    Proving(Link link, Supplier<Inbound.Next> admit, Supplier<Inbound.Next> turnAway) {
        this.link = link;
        this.admit = admit;
        this.turnAway = turnAway;
    }

    /** Has the proof looked at, and says how it goes on until then. */
    Inbound.Next begin(Authentication authentication, Verdict.Unproved unproved) {
        Claimant who = link.origin().claimant(unproved.identity().name());
        return switch (authentication.prove(who, unproved.proof(), this)) {
            case HOLDS -> admit.get();
            case FAILS -> turnAway.get();
            case LATER -> {
                link.pauses().begin(Pauses.PROVING);
                link.keepAlive().proving(System.nanoTime());
                yield Inbound.Next.WAIT;
            }
        };
    }

    @Override
    public boolean isAwaited() {
        return link.hears();
    }

    @Override
    public void accept(boolean holds) {
        link.loop().eventLoop().execute(() -> proved(holds));
    }

    private void proved(boolean holds) {
        if (link.isClosing() || !link.hears()) {
            return;
        }
        if (!holds) {
            turnAway.get();
        } else if (admit.get() == Inbound.Next.GO_ON) {
            link.pauses().end(Pauses.PROVING);
            link.goOn();
        }
    }
}

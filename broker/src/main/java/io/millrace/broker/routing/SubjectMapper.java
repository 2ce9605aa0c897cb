package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.crossing.OtherSubject;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.protocol.WeightedDestinations;

import java.util.random.RandomGenerator;

/**
 * Gives clients' messages the subjects that their accounts map theirs to, before anything else is
 * made of them: permissions and imports see the other subject only. Routing thread; the hot path.
 */
final class SubjectMapper implements AutoCloseable {
    private final Publishing publishing;
    private final RandomGenerator random;
    private final OtherSubject subject = new OtherSubject();

    SubjectMapper(Publishing publishing, RandomGenerator random) {
        this.publishing = publishing;
        this.random = random;
    }

    /**
     * Maps a message.
     *
     * @param match who gets what nobody maps, found just now
     * @return who gets it by its other subject; nobody if it is to be lost
     */
    MatchResult apply(Account account, MatchResult match, Message message) {
        WeightedDestinations mapping = match.mapping();
        return mapping != null && subject.map(message, mapping, random)
                ? publishing.match(account, message)
                : MatchResult.NONE;
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        subject.close();
    }
}

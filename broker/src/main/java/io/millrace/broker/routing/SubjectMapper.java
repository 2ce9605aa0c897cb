package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.SubjectTransform;
import io.millrace.protocol.SubjectWriter;
import io.millrace.protocol.WeightedDestinations;

import java.util.random.RandomGenerator;

/**
 * Gives clients' messages the subjects that their accounts map theirs to, before anything else is
 * made of them: permissions and imports see the other subject only. Routing thread; the hot path.
 */
final class SubjectMapper implements AutoCloseable {
    /** Longest subject that one can become: more than fits into most control lines. */
    private static final int SUBJECT_BYTES = 16 * 1024;

    private final Publishing publishing;
    private final RandomGenerator random;
    private final NativeBlock block = NativeBlock.allocate(SUBJECT_BYTES);
    private final Region region = block.region();
    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();

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
        SubjectTransform transform = mapping == null ? null : mapping.choose(random);
        if (transform == null) {
            return MatchResult.NONE;
        }
        tokens.of(message.subjectBytes(), message.subjectOffset(), message.subjectLength());
        int length = transform.apply(tokens, writer.into(region, 0, SUBJECT_BYTES), random);
        if (length <= 0) {
            return MatchResult.NONE;
        }
        message.under(region, 0, length);
        return publishing.match(account, message);
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        block.close();
    }
}

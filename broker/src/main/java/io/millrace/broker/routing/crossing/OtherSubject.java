package io.millrace.broker.routing.crossing;

import io.millrace.broker.delivery.Message;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectPair;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.SubjectTransform;
import io.millrace.protocol.SubjectWriter;
import io.millrace.protocol.WeightedDestinations;

import java.util.random.RandomGenerator;

/**
 * Memory for the subject that a message gets instead of its own, which stays what it is until
 * another message gets one from here. Each method says whether it has one now: not if that would be
 * too long, or if there is none. Routing thread; the hot path.
 */
public final class OtherSubject implements AutoCloseable {
    /** Longest subject that one can become: more than fits into most control lines. */
    private static final int MAX_BYTES = 16 * 1024;

    private final NativeBlock block = NativeBlock.allocate(MAX_BYTES);
    private final Region region = block.region();
    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();

    /** What is known by the second subject gets the first. */
    public boolean toFirst(Message message, SubjectPair subjects) {
        return subjects.isSame() || take(message, subjects.toFirst(tokens(message), room()));
    }

    /** What is known by the first subject gets the second. */
    public boolean toSecond(Message message, SubjectPair subjects) {
        return subjects.isSame() || take(message, subjects.toSecond(tokens(message), room()));
    }

    /** Gets one of those that its own is mapped to; false also if it is to be lost. */
    public boolean map(Message message, WeightedDestinations mapping, RandomGenerator random) {
        SubjectTransform transform = mapping.choose(random);
        return transform != null && take(message, transform.apply(tokens(message), room(), random));
    }

    /** An answer gets the subject that the request's answer goes to. */
    boolean answer(Message message, PendingReply request) {
        int length = request.replyLength();
        if (length > MAX_BYTES) {
            return false;
        }
        request.writeReply(region, 0);
        return take(message, length);
    }

    private SubjectTokens tokens(Message message) {
        return tokens.of(message.subjectBytes(), message.subjectOffset(), message.subjectLength());
    }

    private SubjectWriter room() {
        return writer.into(region, 0, MAX_BYTES);
    }

    private boolean take(Message message, int length) {
        if (length <= 0) {
            return false;
        }
        message.under(region, 0, length);
        return true;
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        block.close();
    }
}

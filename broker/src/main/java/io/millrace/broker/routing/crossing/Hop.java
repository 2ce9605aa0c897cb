package io.millrace.broker.routing.crossing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.ImportedService;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectPair;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.SubjectTransform;
import io.millrace.protocol.SubjectWriter;
import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/**
 * One step of a message into another account, with the memory for what is different there. There is
 * one for each account that a message can have been in before; routing thread.
 */
public final class Hop implements AutoCloseable {
    /** Longest subject that one can become: more than fits into most control lines. */
    private static final int SUBJECT_BYTES = 16 * 1024;

    /** Of the subject of an answer, at most. */
    public static final int REPLY_BYTES = 128;

    private static final int MAPPED = SUBJECT_BYTES;
    private static final int REPLY = 2 * SUBJECT_BYTES;

    private final NativeBlock block = NativeBlock.allocate(REPLY + REPLY_BYTES);
    private final Region region = block.region();
    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();
    private final RequestHeaders headers = new RequestHeaders();

    /** The message as the other account sees it. */
    public final Message message = new Message();

    // What a request says of who asks.
    private boolean detailed;
    private boolean withServer;

    /**
     * A request begins to cross.
     *
     * @return false if its subject would be too long there
     */
    public boolean begin(Message asked, SubjectPair subjects) {
        message.crossing(asked);
        if (subjects.isSame()) {
            return true;
        }
        tokens.of(asked.subjectBytes(), asked.subjectOffset(), asked.subjectLength());
        return under(subjects.toFirst(tokens, writer.into(region, 0, SUBJECT_BYTES)), 0);
    }

    /**
     * An answer begins to cross.
     *
     * @return false if its subject would be too long there
     */
    public boolean begin(Message answer, PendingReply request) {
        message.crossing(answer);
        detailed = false;
        withServer = false;
        if (request.replyLength() > SUBJECT_BYTES) {
            return false;
        }
        request.writeReply(region, 0);
        return under(request.replyLength(), 0);
    }

    private boolean under(int length, int offset) {
        if (length <= 0) {
            return false;
        }
        message.under(region, offset, length);
        return true;
    }

    /**
     * The other account maps the subject.
     *
     * @return false if the message is lost
     */
    public boolean map(WeightedDestinations mapping, RandomGenerator random) {
        SubjectTransform transform = mapping.choose(random);
        if (transform == null) {
            return false;
        }
        tokens.of(message.subjectBytes(), message.subjectOffset(), message.subjectLength());
        int length = transform.apply(tokens, writer.into(region, MAPPED, SUBJECT_BYTES), random);
        return under(length, MAPPED);
    }

    /**
     * Is to be answered in the other account.
     *
     * @param suffix of the subject, with the dot before it; empty for none
     */
    public void replyTo(ReplyGate gate, PendingReply request, byte[] suffix) {
        int length = PendingReplies.writeSubject(gate, request, suffix, region, REPLY);
        message.replyingTo(region, REPLY, length);
    }

    /** Is not to be answered. */
    public void noReply() {
        if (message.replyLength() > 0) {
            message.replyingTo(region, REPLY, 0);
        }
    }

    /**
     * Says who asks.
     *
     * @param before the step before this one; null for none
     * @param requester who asks
     * @param system whether the other account is the system's
     */
    public void sayWhoAsks(
            @Nullable Hop before,
            Requester requester,
            Client client,
            ImportedService service,
            boolean system,
            String server,
            String cluster) {
        detailed = before == null ? service.shares() : before.detailed;
        withServer = detailed || service.shares() || system || before != null && before.withServer;
        headers.write(
                message,
                requester.lines.of(
                        client,
                        detailed,
                        withServer ? server : "",
                        withServer ? cluster : "",
                        before == null ? "" : service.importer.name));
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        block.close();
        headers.close();
    }
}

package io.millrace.broker.routing.crossing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.routing.account.ImportedService;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.peer.Asker;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectPair;
import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/**
 * One step of a message into another account, with the memory for what is different there. There is
 * one for each account that a message can have been in before; routing thread.
 */
public final class Hop implements AutoCloseable {
    /** Of the subject of an answer, at most. */
    public static final int REPLY_BYTES = 128;

    private final OtherSubject subject = new OtherSubject();

    /** Where the other account maps that. */
    private final OtherSubject mapped = new OtherSubject();

    private final NativeBlock block = NativeBlock.allocate(REPLY_BYTES);

    /** The subject under which a request is answered there. */
    private final Region reply = block.region();

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
        message.crossing(asked).fromNoLeaf();
        return subject.toFirst(message, subjects);
    }

    /**
     * An answer begins to cross.
     *
     * @return false if its subject would be too long there
     */
    public boolean begin(Message answer, PendingReply request) {
        message.crossing(answer).fromNoLeaf();
        detailed = false;
        withServer = false;
        return subject.answer(message, request);
    }

    /**
     * The other account maps the subject.
     *
     * @return false if the message is lost
     */
    public boolean map(WeightedDestinations mapping, RandomGenerator random) {
        return mapped.map(message, mapping, random);
    }

    /**
     * Is to be answered in the other account.
     *
     * @param suffix of the subject, with the dot before it; empty for none
     */
    public void replyTo(ReplyGate gate, PendingReply request, byte[] suffix) {
        int length = PendingReplies.writeSubject(gate, request, suffix, reply, 0);
        message.replyingTo(reply, 0, length);
    }

    /** Is not to be answered. */
    public void noReply() {
        if (message.replyLength() > 0) {
            message.replyingTo(Region.NONE, 0, 0);
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
            Asker asker,
            ImportedService service,
            boolean system,
            String server,
            String cluster) {
        detailed = before == null ? service.shares() : before.detailed;
        withServer = detailed || service.shares() || system || before != null && before.withServer;
        headers.write(
                message,
                requester.lines.of(
                        asker,
                        detailed,
                        withServer ? server : "",
                        withServer ? cluster : "",
                        before == null ? "" : service.importer.name));
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        subject.close();
        mapped.close();
        block.close();
        headers.close();
    }
}

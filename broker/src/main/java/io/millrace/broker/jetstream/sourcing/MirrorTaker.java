package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Stream;

import org.jspecify.annotations.Nullable;

/** Makes a stream a mirror: with the sequences, the times and the gaps of its origin. */
final class MirrorTaker implements Taker {
    private static final int API_LEVEL = 4;

    private final Stream stream;
    private final StreamSource source;
    private final String consumer;
    private final SubjectChanges changes;

    MirrorTaker(Stream stream, StreamSource source, CopyNames names) {
        this.stream = stream;
        this.source = source;
        consumer = names.mirror();
        changes = new SubjectChanges(source.transforms());
    }

    @Override
    public StreamSource source() {
        return source;
    }

    @Override
    public String kind() {
        return "mirror";
    }

    @Override
    public String shortKind() {
        return "mirror";
    }

    @Override
    public String deliverWord() {
        return "M";
    }

    @Override
    public String consumer() {
        return consumer;
    }

    @Override
    public int apiLevel() {
        return API_LEVEL;
    }

    @Override
    public String identity() {
        return "";
    }

    @Override
    public long taken() {
        return stream.messages().lastSequence();
    }

    @Override
    public Start start() {
        Messages messages = stream.messages();
        if (messages.count() > 0 || messages.firstSequence() > 0) {
            return Start.at(messages.lastSequence() + 1);
        }
        // Only while it is new does it count where to begin.
        if (source.startSequence() > 0) {
            return Start.at(source.startSequence());
        }
        return source.startTime() == null ? Start.ALL : Start.at(source.startTime());
    }

    /** It goes on: sequences that it has already are passed over. */
    @Override
    public void recreated() {}

    @Override
    public boolean begins(long delivered, String identity) {
        return stream.skipTo(delivered);
    }

    @Override
    public boolean isNext(long sequence) {
        return sequence == taken() + 1;
    }

    @Override
    public @Nullable ApiError take(Incoming message, AckReply reply, long nowNs) {
        changes.apply(message);
        Outcome outcome = stream.mirrored(message, reply.sequence(), reply.timeNs());
        return outcome.kind() == Outcome.Kind.REFUSED ? outcome.error() : null;
    }

    @Override
    public ApiError failed(String why) {
        return ApiErrors.MIRROR_CONSUMER_SETUP_FAILED.error(why);
    }

    @Override
    public ApiError needsFlowControl() {
        return ApiErrors.MIRROR_CONSUMER_REQUIRES_ACK_FC.error();
    }
}

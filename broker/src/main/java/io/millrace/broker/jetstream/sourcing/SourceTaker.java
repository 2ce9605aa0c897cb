package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.jetstream.stream.OriginName;
import io.millrace.broker.jetstream.stream.Outcome;
import io.millrace.broker.jetstream.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Takes messages of another stream into one that may have others, too. Each gets a header that says
 * where it is from, by which it is known how far the other stream is copied.
 */
final class SourceTaker implements Taker {
    private static final int API_LEVEL = 5;

    private final Stream stream;
    private final CopyNames names;
    private final OriginName name;
    private final SourceHeader header;

    private StreamSource source;
    private SubjectChanges changes;
    private long taken;
    private String identity;
    private boolean recreated;

    SourceTaker(Stream stream, StreamSource source, CopyNames names) {
        this.stream = stream;
        this.names = names;
        this.source = source;
        name = OriginName.of(source);
        header = new SourceHeader(name);
        changes = new SubjectChanges(source.transforms());
        taken = stream.origins().sequence(name);
        identity = stream.origins().identity(name);
    }

    /** Is configured otherwise, but for what makes its name. */
    void use(StreamSource newSource) {
        source = newSource;
        changes = new SubjectChanges(newSource.transforms());
    }

    /** The last sequence that is kept of the stream that is copied now; 0 if there is none. */
    long kept() {
        String known = stream.origins().identity(name);
        boolean same = !recreated && (known.isEmpty() || known.equals(identity));
        return same ? stream.origins().sequence(name) : 0;
    }

    @Override
    public StreamSource source() {
        return source;
    }

    @Override
    public String kind() {
        return "source";
    }

    @Override
    public String shortKind() {
        return "src";
    }

    @Override
    public String deliverWord() {
        return "S";
    }

    @Override
    public String consumer() {
        return names.source(source, stream.config().sources());
    }

    @Override
    public int apiLevel() {
        return API_LEVEL;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public Start start() {
        if (taken > 0) {
            return Start.at(taken + 1);
        }
        if (source.startSequence() > 0) {
            return Start.at(source.startSequence());
        }
        Messages messages = stream.messages();
        long lastNs = messages.lastTimeNs();
        if (source.startTime() != null) {
            return lastNs > 0 && GoTime.ns(source.startTime()) < lastNs
                    ? Start.atTime(lastNs)
                    : Start.at(source.startTime());
        }
        // What it has had before, it doesn't get again though that is gone.
        return messages.firstSequence() > 1 && lastNs > 0 && !recreated
                ? Start.atTime(lastNs)
                : Start.ALL;
    }

    @Override
    public void recreated() {
        taken = 0;
        identity = "";
        recreated = true;
    }

    @Override
    public boolean begins(long delivered, String itsIdentity) {
        boolean other =
                !itsIdentity.isEmpty() && !identity.isEmpty() && !identity.equals(itsIdentity);
        if (recreated || other) {
            taken = 0;
        }
        identity = itsIdentity;
        recreated = false;
        taken = Math.max(taken, delivered);
        header.identity(identity);
        return true;
    }

    @Override
    public boolean isNext(long sequence) {
        return false;
    }

    @Override
    public @Nullable ApiError take(Incoming message, AckReply reply, long nowNs) {
        header.of(reply.sequence(), message.subject);
        changes.apply(message);
        Outcome outcome = stream.sourced(message, header.bytes(), header.length(), nowNs);
        if (outcome.kind() == Outcome.Kind.REFUSED) {
            return outcome.error();
        }
        // Or there is one with its id already.
        taken = reply.sequence();
        return null;
    }

    @Override
    public ApiError failed(String why) {
        return ApiErrors.SOURCE_CONSUMER_SETUP_FAILED.error(why);
    }

    @Override
    public ApiError needsFlowControl() {
        return ApiErrors.SOURCE_CONSUMER_REQUIRES_ACK_FC.error();
    }
}

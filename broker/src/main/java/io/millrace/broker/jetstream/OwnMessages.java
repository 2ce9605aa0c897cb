package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.Subjects;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Outcome;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;

/**
 * Publishes what the server itself has to say and must not lose: a stream that is there for it has
 * it before anything else happens, so that in the log it stands in front of that. Shard thread.
 *
 * <p>Then all who subscribe hear of it by way of the router, and the stream once more, which knows
 * it by its id.
 */
final class OwnMessages implements AutoCloseable {
    private final Shard shard;
    private final ShardVoice voice;
    private final Incoming message = new Incoming();
    private final Bytes none = new Bytes();

    /** Streams that refuse what they should keep, so that this is told once. */
    private final Set<StreamHandle> refusing = new HashSet<>();

    OwnMessages(Shard shard, ShardVoice voice) {
        this.shard = shard;
        this.voice = voice;
    }

    /**
     * Publishes a message.
     *
     * @param subject without wildcards
     * @param headers with an id
     * @return false if it isn't kept, or there is no room; to be tried again
     */
    boolean publish(Tenant tenant, String subject, byte[] headers, byte[] payload) {
        if (!voice.hasRoom()) {
            return false;
        }
        StreamHandle stream = takerOf(tenant, subject);
        message.of(subject, headers, payload);
        if (stream != null && !isKeptBy(stream)) {
            return false;
        }
        // The stream may have changed it.
        message.of(subject, headers, payload);
        return voice.publish(
                tenant.number, message.subject, none, message.headers, message.payload);
    }

    private static @Nullable StreamHandle takerOf(Tenant tenant, String subject) {
        for (StreamHandle each : tenant.streams()) {
            for (String its : each.stream().config().subjects()) {
                if (Subjects.collide(subject, its)) {
                    return each;
                }
            }
        }
        return null;
    }

    private boolean isKeptBy(StreamHandle stream) {
        Outcome outcome = shard.publish(stream, message);
        if (outcome.kind() != Outcome.Kind.REFUSED) {
            refusing.remove(stream);
            return true;
        }
        if (refusing.add(stream)) {
            voice.error(
                    "Dead letters wait, since stream "
                            + stream.name()
                            + " doesn't keep them: "
                            + outcome.error().description());
        }
        return false;
    }

    /** A stream is gone. */
    void forget(StreamHandle stream) {
        refusing.remove(stream);
    }

    @Override
    public void close() {
        message.close();
    }
}

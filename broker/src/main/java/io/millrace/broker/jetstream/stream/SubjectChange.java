package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.TransformConfig;
import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.SubjectTransform;
import io.millrace.protocol.SubjectWriter;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A subject made another one, as a configuration says; or none, and then it stays. Shard thread.
 */
public final class SubjectChange {
    /** Longer ones aren't made. */
    private static final int MAX_BYTES = 32 * 1024;

    private final @Nullable SubjectTransform transform;
    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();

    private SubjectChange(@Nullable SubjectTransform transform) {
        this.transform = transform;
    }

    /**
     * Makes one.
     *
     * @param config was checked; null for none, as is one without a destination
     */
    public static SubjectChange of(@Nullable TransformConfig config) {
        return config == null || config.destination().isEmpty()
                ? new SubjectChange(null)
                : of(config.source(), config.destination());
    }

    static SubjectChange of(String source, String destination) {
        try {
            return new SubjectChange(
                    SubjectTransform.of(source.isEmpty() ? ">" : source, destination));
        } catch (BadTransformException e) {
            throw new IllegalStateException("a transform that was checked", e);
        }
    }

    boolean isNone() {
        return transform == null;
    }

    /** Changes the subject of a message that it is for; false if it isn't for that. */
    public boolean apply(Incoming message) {
        return make(message, message.subject);
    }

    /** Makes what the subject of a message becomes; false if it isn't for that. */
    boolean make(Incoming message, Bytes into) {
        if (transform == null) {
            return false;
        }
        tokens.of(message.subject.region(), message.subject.offset(), message.subject.length());
        Region room = message.room(MAX_BYTES);
        int at = message.used();
        int length =
                transform.match(
                        tokens, writer.into(room, at, MAX_BYTES), ThreadLocalRandom.current());
        if (length < 0) {
            return false;
        }
        message.use(length);
        into.at(room, at, length);
        return true;
    }
}

package io.millrace.broker.connection;

import io.millrace.broker.delivery.CloseReason;
import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

/**
 * What the bytes of one connection go through before they are parsed: decompressed, then out of the
 * frames of a WebSocket, where they are either; where both, the reference compresses whole frames.
 * Belongs to the connection's I/O loop.
 */
final class Preludes {
    private final Inbound inbound;
    private @Nullable Prelude compression;
    private @Nullable Prelude frames;

    Preludes(Inbound inbound) {
        this.inbound = inbound;
    }

    /** What is read is in the frames of a WebSocket from here on. */
    void beginFrames(Prelude reads) {
        frames = reads;
    }

    /**
     * What is read is compressed from here on.
     *
     * @param reads null if it isn't
     */
    void compressed(@Nullable Prelude reads) {
        compression = reads;
    }

    /** Takes what was read; releases it. */
    void read(ByteBuf bytes) {
        Prelude first = compression;
        if (first == null) {
            decompressed(bytes);
        } else {
            first.read(bytes);
        }
    }

    /** Takes what isn't compressed, or not any more; releases it. */
    void decompressed(ByteBuf bytes) {
        Prelude first = frames;
        if (first == null) {
            inbound.read(bytes);
        } else {
            first.read(bytes);
        }
    }

    /** What was waiting for a stretch has got one: goes on with what was read first. */
    void resumed() {
        if (frames != null) {
            frames.resumed();
        }
        if (compression != null) {
            compression.resumed();
        }
    }

    /** Whether anything is in frames. */
    boolean hasFrames() {
        return frames != null;
    }

    /** The other side is who it says. */
    void trust() {
        if (frames != null) {
            frames.trust();
        }
        if (compression != null) {
            compression.trust();
        }
    }

    /** The connection is about to be closed, when all is sent. */
    void closing(CloseReason why) {
        if (frames != null) {
            frames.closing(why);
        }
    }

    /** Nothing more is read. */
    void release() {
        if (compression != null) {
            compression.release();
        }
        if (frames != null) {
            frames.release();
        }
    }
}

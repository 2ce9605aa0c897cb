package io.millrace.broker.ring;

import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.FrameBlock;

import org.jspecify.annotations.Nullable;

/**
 * An entry of the ring: a stretch of frames of one connection, or a command.
 *
 * <p>Entries are reused; a producer sets all fields, the consumer empties them.
 */
final class RoutingEvent {
    @Nullable Sender sender;
    @Nullable FrameBlock frames;
    @Nullable RouterCommand command;

    /** When the bytes of the stretch arrived; 0 if it isn't timed. */
    long readNs;

    void frames(Sender newSender, FrameBlock newFrames, long newReadNs) {
        sender = newSender;
        frames = newFrames;
        readNs = newReadNs;
        command = null;
    }

    void command(RouterCommand newCommand) {
        sender = null;
        frames = null;
        command = newCommand;
    }

    void clear() {
        sender = null;
        frames = null;
        command = null;
    }
}

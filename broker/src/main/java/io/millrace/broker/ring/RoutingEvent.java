package io.millrace.broker.ring;

import io.millrace.broker.routing.Client;
import io.millrace.protocol.FrameBlock;

import org.jspecify.annotations.Nullable;

/**
 * An entry of the ring: a stretch of frames of one client, or a command.
 *
 * <p>Entries are reused; a producer sets all fields, the consumer empties them.
 */
final class RoutingEvent {
    @Nullable Client client;
    @Nullable FrameBlock frames;
    @Nullable RouterCommand command;

    /** When the bytes of the stretch arrived; 0 if it isn't timed. */
    long readNs;

    void frames(Client newClient, FrameBlock newFrames, long newReadNs) {
        client = newClient;
        frames = newFrames;
        readNs = newReadNs;
        command = null;
    }

    void command(RouterCommand newCommand) {
        client = null;
        frames = null;
        command = newCommand;
    }

    void clear() {
        client = null;
        frames = null;
        command = null;
    }
}

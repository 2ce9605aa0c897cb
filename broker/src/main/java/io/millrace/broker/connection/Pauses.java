package io.millrace.broker.connection;

import io.netty.channel.Channel;

/**
 * Why nothing is read from a channel at present; it is read again when no reason is left. Belongs
 * to its I/O loop.
 */
final class Pauses {
    /** No stretch is free, or others are to have their turn. */
    static final int STARVED = 1;

    /** A consumer of what is read is nearly too slow. */
    static final int STALLED = 2;

    /** Whatever still comes doesn't count. */
    static final int CLOSING = 4;

    /** It takes a while to find out whether the other side is who it says. */
    static final int PROVING = 8;

    /** It isn't the other side's turn to speak yet. */
    static final int OPENING = 16;

    private final Channel channel;
    private final KeepAlive keepAlive;
    private int reasons;

    Pauses(Channel channel, KeepAlive keepAlive) {
        this.channel = channel;
        this.keepAlive = keepAlive;
    }

    boolean has(int reason) {
        return (reasons & reason) != 0;
    }

    void begin(int reason) {
        reasons |= reason;
        autoRead(false);
        keepAlive.listening(false, System.nanoTime());
    }

    void end(int reason) {
        reasons &= ~reason;
        if (reasons == 0) {
            autoRead(true);
            keepAlive.listening(true, System.nanoTime());
        }
    }

    /**
     * Reads from here on, or doesn't; nothing if the socket is closed. Its number may be another's
     * already, whose interest Netty would change until it knows that this one is gone.
     */
    private void autoRead(boolean on) {
        if (channel.isOpen()) {
            channel.config().setAutoRead(on);
        }
    }
}

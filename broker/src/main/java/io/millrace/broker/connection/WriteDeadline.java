package io.millrace.broker.connection;

import io.millrace.broker.delivery.SocketWriter;

/** Notices a connection whose client doesn't read: the kernel takes nothing for too long. */
final class WriteDeadline extends DeadlineWheel.Deadline {
    private final IoLoop loop;
    private final LinkConnection connection;
    private long deadlineNs;

    WriteDeadline(IoLoop loop, LinkConnection connection, long deadlineNs) {
        this.loop = loop;
        this.connection = connection;
        this.deadlineNs = deadlineNs;
    }

    /** Another deadline holds for what is blocked from here on. */
    void use(long newDeadlineNs) {
        deadlineNs = newDeadlineNs;
    }

    /** The kernel has not taken all; it gets its time from now on. */
    void blocked() {
        if (!isArmed()) {
            loop.arm(this, System.nanoTime() + deadlineNs);
        }
    }

    void stop() {
        loop.disarm(this);
    }

    @Override
    void fire(long nowNs) {
        SocketWriter writer = connection.writer();
        if (!writer.isBlocked()) {
            return;
        }
        long dueNs = writer.blockedSinceNs() + deadlineNs;
        if (dueNs > nowNs) {
            loop.arm(this, dueNs);
        } else {
            connection.writeDeadlineExceeded();
        }
    }
}

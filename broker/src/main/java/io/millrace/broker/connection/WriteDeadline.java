package io.millrace.broker.connection;

import io.millrace.broker.delivery.SocketWriter;

/** Notices a connection whose other end reads too slowly: a flush takes the kernel too long. */
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

    /** The kernel has not taken all; it gets its time. */
    void blocked() {
        if (!isArmed()) {
            loop.arm(this, connection.writer().tryingSinceNs() + deadlineNs);
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
        long dueNs = writer.tryingSinceNs() + deadlineNs;
        if (dueNs > nowNs) {
            loop.arm(this, dueNs);
        } else if (connection.goesOnBehindDeadline()) {
            writer.tryAgain(nowNs);
            loop.arm(this, nowNs + deadlineNs);
        }
    }
}

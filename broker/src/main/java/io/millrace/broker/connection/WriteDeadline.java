package io.millrace.broker.connection;

import io.millrace.broker.delivery.SocketWriter;

/** Notices a connection whose other end reads too slowly: a flush takes the kernel too long. */
final class WriteDeadline implements DeadlineWheel.Owner {
    private final IoLoop loop;
    private final Link link;
    private final DeadlineWheel.Deadline deadline = new DeadlineWheel.Deadline(this);
    private long deadlineNs;

    WriteDeadline(IoLoop loop, Link link, long deadlineNs) {
        this.loop = loop;
        this.link = link;
        this.deadlineNs = deadlineNs;
    }

    /** Another deadline holds for what is blocked from here on. */
    void use(long newDeadlineNs) {
        deadlineNs = newDeadlineNs;
    }

    /** The kernel has not taken all; it gets its time. */
    void blocked() {
        if (!deadline.isArmed()) {
            loop.arm(deadline, link.writer().tryingSinceNs() + deadlineNs);
        }
    }

    void stop() {
        loop.disarm(deadline);
    }

    @Override
    public void due(long nowNs) {
        SocketWriter writer = link.writer();
        if (!writer.isBlocked()) {
            return;
        }
        long dueNs = writer.tryingSinceNs() + deadlineNs;
        if (dueNs > nowNs) {
            loop.arm(deadline, dueNs);
        } else if (link.goesOnBehindDeadline()) {
            writer.tryAgain(nowNs);
            loop.arm(deadline, nowNs + deadlineNs);
        }
    }
}

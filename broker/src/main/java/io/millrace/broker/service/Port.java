package io.millrace.broker.service;

import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.QueueReader;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.protocol.NativeBlock;

import java.nio.charset.StandardCharsets;

/** What a service's thread has of the way to the router: both queues, from its side. */
public final class Port implements ServicePort {
    /** Where so much of what it says waits, there is no room for more. */
    private static final long MOST_BYTES = 8 * 1024 * 1024;

    private static final byte[] NONE = {};
    private static final byte[] LINE_END = {'\r', '\n'};

    private final QueueReader messages;
    private final Received message;
    private final OutboundQueue said;
    private final Ledger ledger;
    private final Runnable routerBell;
    private final NativeBlock length = NativeBlock.allocate(2 * Integer.BYTES);
    private int lastSid;

    /**
     * Makes one.
     *
     * @param routerBell has the routing thread look at what was said; never waits
     */
    public Port(ServicePeer peer, Runnable routerBell) {
        this(peer, routerBell, new QueueReader(peer.messages()));
    }

    Port(ServicePeer peer, Runnable routerBell, QueueReader messages) {
        this.messages = messages;
        message = new Received(new MessageRecord.View(messages));
        said = peer.said();
        ledger = said.debtor().ledger();
        this.routerBell = routerBell;
    }

    /** The message that the reader stands at. */
    private record Received(MessageRecord.View record) implements ServiceMessage {
        @Override
        public int sid() {
            return record.sid();
        }

        @Override
        public String account() {
            return record.account();
        }

        @Override
        public long cid() {
            return record.cid();
        }

        @Override
        public String subject() {
            return record.subject();
        }

        @Override
        public String reply() {
            return record.reply();
        }

        @Override
        public byte[] headers() {
            return record.headers();
        }

        @Override
        public byte[] payload() {
            return record.payload();
        }
    }

    // --- what the service asks

    @Override
    public int subscribe(String account, String subject) {
        lastSid++;
        say(account, "SUB " + subject + " " + lastSid + "\r\n", NONE, NONE);
        return lastSid;
    }

    @Override
    public int subscribeHere(String account, String subject) {
        lastSid++;
        say(account, "SUB " + subject + " - " + lastSid + "\r\n", NONE, NONE);
        return lastSid;
    }

    @Override
    public void unsubscribe(int sid) {
        say("", "UNSUB " + sid + "\r\n", NONE, NONE);
    }

    @Override
    public boolean publish(
            String account, String subject, String reply, byte[] headers, byte[] payload) {
        int bytes = headers.length + payload.length;
        if (said.isPendingOver(MOST_BYTES) || !ledger.hasRoom(Debt.Store.NATIVE, bytes)) {
            return false;
        }
        String line =
                (headers.length > 0 ? "HPUB " : "PUB ")
                        + subject
                        + " "
                        + (reply.isEmpty() ? "" : reply + " ")
                        + (headers.length > 0 ? headers.length + " " : "")
                        + bytes
                        + "\r\n";
        try {
            say(account, line, headers, payload, LINE_END);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /** Says all of it, or nothing where there is no memory. */
    private void say(String account, String line, byte[]... rest) {
        byte[] name = account.getBytes(StandardCharsets.UTF_8);
        byte[] begin = line.getBytes(StandardCharsets.ISO_8859_1);
        int bytes = Integer.BYTES + name.length + begin.length;
        for (byte[] each : rest) {
            bytes += each.length;
        }
        length.region().putInt(0, bytes);
        length.region().putInt(Integer.BYTES, name.length);
        try {
            said.keepTogether(Integer.BYTES + bytes);
            said.append(length.region(), 0, 2 * Integer.BYTES);
            said.append(name);
            said.append(begin);
            for (byte[] each : rest) {
                said.append(each);
            }
        } finally {
            said.publish(0);
        }
        routerBell.run();
    }

    // --- what the thread asks

    /**
     * Moves to the next message; false if there is none.
     *
     * @throws OutOfMemoryError if there is no memory for it; it is passed over then
     */
    boolean next() {
        return messages.next();
    }

    ServiceMessage message() {
        return message;
    }

    /** What was heard counts as taken. */
    void taken() {
        messages.taken();
    }

    boolean isWaiting() {
        return messages.isWaiting();
    }

    /** Frees what it allocated; on the service's thread, when it ends. */
    void close() {
        messages.close();
        length.close();
    }
}

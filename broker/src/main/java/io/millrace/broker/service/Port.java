package io.millrace.broker.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.delivery.CommandRecord;
import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.QueueReader;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.util.BitSet;
import java.util.Objects;

/**
 * What a service's thread has of the way to the router: both queues, from its side.
 *
 * <p>What it says is on its way with the next {@link #flush}, or when it is much: the router need
 * not look at each message by itself.
 */
public final class Port implements ServicePort {
    /** Where so much of what it says waits, there is no room for more. */
    private static final long MOST_BYTES = 8 * 1024 * 1024;

    /** So much of what it says isn't kept until the next flush. */
    private static final int UNFLUSHED_BYTES = 32 * 1024;

    private static final byte[] NO_SUBJECT = {};

    private final ServicePeer peer;
    private final QueueReader messages;
    private final MessageRecord.View received;
    private final Received message;
    private final OutboundQueue said;
    private final CommandRecord record;
    private final AccountNumbers accounts = new AccountNumbers(this::number);
    private final WatchNumbers watches;
    private final Ledger ledger;
    private final Runnable routerBell;
    private int lastSid;

    /** Subscriptions in every account. */
    private final BitSet shared = new BitSet();

    /** Whether there was no room for something since it was asked. */
    private boolean lacksRoom;

    /**
     * Makes one.
     *
     * @param routerBell has the routing thread look at what was said; never waits
     */
    public Port(ServicePeer peer, Runnable routerBell) {
        this.peer = peer;
        messages = new QueueReader(peer.messages());
        received = new MessageRecord.View(messages);
        message = new Received(received, accounts);
        watches = new WatchNumbers(peer.board());
        said = peer.said();
        record = new CommandRecord(said);
        ledger = said.debtor().ledger();
        this.routerBell = routerBell;
    }

    // --- what the service asks

    @Override
    public ServiceAccount account(String name) {
        return accounts.of(name);
    }

    private void number(ServiceAccount account) {
        record.say(
                CommandRecord.ACCOUNT,
                account.number(),
                account.name().getBytes(UTF_8),
                NO_SUBJECT);
    }

    @Override
    public int subscribe(String account, String subject) {
        return subscribe(CommandRecord.SUBSCRIBE, account, subject);
    }

    @Override
    public int subscribeToRequests(String account, String subject) {
        return subscribe(CommandRecord.SUBSCRIBE_TO_REQUESTS, account, subject);
    }

    @Override
    public int subscribeHere(String account, String subject) {
        return subscribe(CommandRecord.SUBSCRIBE_HERE, account, subject);
    }

    private int subscribe(int kind, String account, String subject) {
        lastSid++;
        if (account.equals(EVERY_ACCOUNT)) {
            shared.set(lastSid);
        }
        record.say(kind, lastSid, account.getBytes(UTF_8), subject.getBytes(ISO_8859_1));
        return lastSid;
    }

    @Override
    public void unsubscribe(int sid) {
        record.say(CommandRecord.UNSUBSCRIBE, sid, CommandRecord.NO_NAME, NO_SUBJECT);
    }

    @Override
    public boolean publish(
            String account, String subject, String reply, byte[] headers, byte[] payload) {
        int subjectEnd = subject.length();
        int replyEnd = subjectEnd + reply.length();
        int headerEnd = replyEnd + headers.length;
        byte[] name = account.getBytes(UTF_8);
        int nameAt = Math.addExact(headerEnd, payload.length);
        int bytes = Math.addExact(nameAt, name.length);
        if (!hasRoom(headers.length + payload.length)) {
            return false;
        }
        try (NativeBlock copy = NativeBlock.allocate(Math.max(1, bytes))) {
            Region region = copy.region();
            region.put(0, subject.getBytes(ISO_8859_1));
            region.put(subjectEnd, reply.getBytes(ISO_8859_1));
            region.put(replyEnd, headers);
            region.put(headerEnd, payload);
            region.put(nameAt, name);
            check(region, 0, subjectEnd, region, subjectEnd, reply.length());
            record.publish(
                    CommandRecord.PUBLISH,
                    CommandRecord.NAMED,
                    region,
                    nameAt,
                    name.length,
                    region,
                    0,
                    subjectEnd,
                    region,
                    subjectEnd,
                    reply.length(),
                    region,
                    replyEnd,
                    headers.length,
                    region,
                    headerEnd,
                    payload.length);
        } catch (OutOfMemoryError e) {
            lacksRoom = true;
            return false;
        }
        flushMuch();
        return true;
    }

    @Override
    public boolean publish(
            ServiceAccount account,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength) {
        return publish(
                CommandRecord.PUBLISH,
                account,
                Region.NONE,
                0,
                0,
                subject,
                subjectOffset,
                subjectLength,
                reply,
                replyOffset,
                replyLength,
                headers,
                headerOffset,
                headerLength,
                payload,
                payloadOffset,
                payloadLength);
    }

    @Override
    public boolean deliver(
            ServiceAccount account,
            Region to,
            int toOffset,
            int toLength,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength) {
        if (!Subject.isWord(to, toOffset, toLength)) {
            throw new IllegalArgumentException("it can't be delivered to what is no word");
        }
        return publish(
                CommandRecord.DELIVER,
                account,
                to,
                toOffset,
                toLength,
                subject,
                subjectOffset,
                subjectLength,
                reply,
                replyOffset,
                replyLength,
                headers,
                headerOffset,
                headerLength,
                payload,
                payloadOffset,
                payloadLength);
    }

    private boolean publish(
            int kind,
            ServiceAccount account,
            Region to,
            int toOffset,
            int toLength,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength) {
        check(subject, subjectOffset, subjectLength, reply, replyOffset, replyLength);
        // Before anything is written: half a message would be none of anybody's.
        Objects.checkFromIndexSize(
                headerLength == 0 ? 0 : headerOffset, headerLength, headers.length());
        Objects.checkFromIndexSize(payloadOffset, payloadLength, payload.length());
        if (!hasRoom(headerLength + payloadLength)) {
            return false;
        }
        try {
            record.publish(
                    kind,
                    account.number(),
                    to,
                    toOffset,
                    toLength,
                    subject,
                    subjectOffset,
                    subjectLength,
                    reply,
                    replyOffset,
                    replyLength,
                    headers,
                    headerOffset,
                    headerLength,
                    payload,
                    payloadOffset,
                    payloadLength);
        } catch (OutOfMemoryError e) {
            lacksRoom = true;
            return false;
        }
        flushMuch();
        return true;
    }

    @Override
    public boolean hasRoom() {
        return hasRoom(0);
    }

    private boolean hasRoom(int bytes) {
        boolean room = !said.isPendingOver(MOST_BYTES) && ledger.hasRoom(Debt.Store.NATIVE, bytes);
        lacksRoom |= !room;
        return room;
    }

    /** What isn't a word would make something else of the line that it stands in. */
    private static void check(
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength) {
        if (!Subject.isWord(subject, subjectOffset, subjectLength)
                || replyLength > 0 && !Subject.isWord(reply, replyOffset, replyLength)) {
            throw new IllegalArgumentException("subject or reply is no word");
        }
    }

    @Override
    public int watch(ServiceAccount account, Region subject, int subjectOffset, int subjectLength) {
        Objects.checkFromIndexSize(subjectOffset, subjectLength, subject.length());
        check(subject, subjectOffset, subjectLength, Region.NONE, 0, 0);
        int watch = watches.begin();
        try {
            record.watch(account.number(), watch, subject, subjectOffset, subjectLength);
        } catch (OutOfMemoryError e) {
            watches.giveBack(watch);
            throw e;
        }
        flushMuch();
        return watch;
    }

    @Override
    public int watch(String account, String subject) {
        byte[] bytes = subject.getBytes(ISO_8859_1);
        try (NativeBlock copy = NativeBlock.allocate(Math.max(1, bytes.length))) {
            copy.region().put(0, bytes);
            return watch(account(account), copy.region(), 0, bytes.length);
        }
    }

    @Override
    public void unwatch(int watch) {
        watches.mustBeOpen(watch);
        record.say(CommandRecord.UNWATCH, watch, CommandRecord.NO_NAME, NO_SUBJECT);
        watches.end(watch);
    }

    @Override
    public long missed() {
        return peer.missed();
    }

    // --- what the thread asks

    private void flushMuch() {
        if (said.unpublishedBytes() > UNFLUSHED_BYTES) {
            flush();
        }
    }

    /** Whether there was no room for something that it wanted to say since this was asked. */
    boolean hasLackedRoom() {
        boolean lacked = lacksRoom;
        lacksRoom = false;
        return lacked;
    }

    /** What was said since the last time is on its way. */
    void flush() {
        if (said.isDirty()) {
            said.publish(0);
            routerBell.run();
        }
    }

    /** Moves to the next message, or notice of a watch; false if there is none. */
    boolean next() {
        if (!messages.next()) {
            return false;
        }
        if (!received.isNotice() && shared.get(message.sid()) && !message.isRefused()) {
            peer.hears();
        }
        return true;
    }

    /** Has a service hear what it stands at. */
    void hear(Service service) {
        if (received.isNotice()) {
            watches.notice(received.sid(), service);
        } else {
            service.onMessage(message);
        }
    }

    ServiceMessage message() {
        return message;
    }

    /** What was heard counts as taken. */
    void taken() {
        messages.taken();
    }

    @Override
    public boolean isWaiting() {
        return messages.isWaiting();
    }
}

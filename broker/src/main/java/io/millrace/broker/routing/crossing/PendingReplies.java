package io.millrace.broker.routing.crossing;

import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Settlement;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The requests that have crossed into other accounts and wait for their answers. Routing thread.
 *
 * <p>Each has a place in a table, which its reply subject names with a secret, so finding it takes
 * no search. Those who asked are charged for them. Those that were answered are used again, so
 * asking makes no garbage.
 */
public final class PendingReplies {
    /** That were answered and are kept, to be used again. */
    private static final int MAX_SPARE = 4096;

    private final Ledger ledger;
    private final Settlement settlement;
    private final Latency latency;
    private final Secrets secrets = new Secrets();
    private final List<AgeList> ages = new ArrayList<>();
    private @Nullable PendingReply[] table = new PendingReply[16];

    /** Places that were never used begin here. */
    private int end;

    private int open;
    private final PendingReply[] spare = new PendingReply[MAX_SPARE];
    private int spareCount;

    /** Places of those that weren't kept. */
    private int[] free = new int[16];

    private int freeCount;

    /**
     * Makes a table without requests.
     *
     * @param settlement says who makes room where there is none
     */
    public PendingReplies(Ledger ledger, Settlement settlement, Latency latency) {
        this.ledger = ledger;
        this.settlement = settlement;
        this.latency = latency;
    }

    /** Number of requests that wait. */
    public int count() {
        return open;
    }

    /**
     * A request crosses into another account.
     *
     * @param gate where it will be answered; what arrives at one that was opened later, it is not
     * @param to whose client has asked
     * @param bytes where the subject stands that the answer goes to
     * @param nowNs the time, {@link System#nanoTime}
     * @return null if there is no memory for it
     */
    public @Nullable PendingReply open(
            Peer requester,
            ReplyGate gate,
            Account to,
            ResponseType responses,
            long thresholdNs,
            Region bytes,
            int offset,
            int length,
            long nowNs) {
        AgeList age = age(thresholdNs);
        expire(age, nowNs);
        Requester awaited = requester(requester);
        PendingReply excess = awaited.excess();
        while (excess != null) {
            close(excess, Loss.REQUESTER_GONE);
            excess = awaited.excess();
        }
        if (!hasRoom(requester, PendingReply.OBJECT_BYTES + length)) {
            return null;
        }
        PendingReply opened = take();
        if (opened == null) {
            return null;
        }
        opened.secret = secrets.next();
        opened.gate = gate;
        opened.to = to;
        opened.responses = responses;
        opened.sinceNs = nowNs;
        opened.reply(bytes, offset, length);
        opened.chargedBytes = opened.bytes();
        requester.debtor.charge(Debt.REQUESTS, opened.chargedBytes);
        awaited.add(opened);
        age.add(opened);
        open++;
        return opened;
    }

    private boolean hasRoom(Peer requester, int bytes) {
        long wanted = bytes + ledger.roomToPass(Debt.Store.HEAP);
        return ledger.hasRoom(Debt.Store.HEAP, wanted)
                || settlement.makesRoom(requester, Debt.Store.HEAP, wanted);
    }

    /**
     * More is to be kept for a request that waits.
     *
     * @return false if there is no memory for that
     */
    public boolean keepMore(PendingReply request, int bytes) {
        Requester awaited = request.peers;
        if (awaited == null || !hasRoom(awaited.peer, bytes)) {
            return false;
        }
        awaited.peer.debtor.charge(Debt.REQUESTS, bytes);
        awaited.grow(request, bytes);
        return true;
    }

    /** What is known of a peer that asks. */
    public Requester requester(Peer requester) {
        if (requester.awaited instanceof Requester known) {
            return known;
        }
        Requester made = new Requester(requester, this);
        requester.awaited = made;
        return made;
    }

    /** There are few different ones. */
    private AgeList age(long limitNs) {
        for (int i = 0; i < ages.size(); i++) {
            if (ages.get(i).limitNs == limitNs) {
                return ages.get(i);
            }
        }
        AgeList made = new AgeList(limitNs);
        ages.add(made);
        return made;
    }

    private @Nullable PendingReply take() {
        if (spareCount > 0) {
            return spare[--spareCount];
        }
        if (freeCount == 0 && end == ReplyToken.MAX_PLACES) {
            return null;
        }
        int place = freeCount > 0 ? free[--freeCount] : end++;
        if (place == table.length) {
            table = Arrays.copyOf(table, 2 * place);
        }
        PendingReply made = new PendingReply(place);
        table[place] = made;
        return made;
    }

    /**
     * Writes the subject that a request is to be answered under.
     *
     * @param suffix what stands behind the token, with the dot before it; empty for nothing
     * @return bytes of it
     */
    public static int writeSubject(
            ReplyGate gate, PendingReply request, byte[] suffix, Region to, int offset) {
        to.put(offset, gate.prefix);
        int token = offset + gate.prefix.length;
        ReplyToken.write(to, token, request.place, request.secret);
        to.put(token + ReplyToken.BYTES, suffix);
        return gate.prefix.length + ReplyToken.BYTES + suffix.length;
    }

    /** The request that a subject answers; null if there is none. */
    public @Nullable PendingReply find(ReplyGate gate, Region bytes, int offset, int length) {
        int token = offset + gate.prefix.length;
        int place = ReplyToken.place(bytes, token, length - gate.prefix.length);
        if (place == ReplyToken.NONE || place >= end) {
            return null;
        }
        PendingReply found = table[place];
        boolean its =
                found != null
                        && found.gate == gate
                        && ReplyToken.hasSecret(bytes, token, found.secret);
        return its ? found : null;
    }

    /**
     * A part of the answer has come, and another may follow.
     *
     * @param secret the request's; where it has another by now, it is another's
     */
    public void goesOn(PendingReply request, long secret, long nowNs) {
        AgeList age = request.ages;
        if (age != null && request.secret == secret) {
            age.remove(request);
            request.sinceNs = nowNs;
            age.add(request);
        }
    }

    /**
     * Nobody waits for an answer any more.
     *
     * @param secret the request's; where it has another by now, it is another's
     */
    public void close(PendingReply request, long secret, Loss why) {
        if (request.secret == secret) {
            close(request, why);
        }
    }

    /** Nobody waits for an answer any more; it may be closed already. */
    void close(PendingReply request, Loss why) {
        Requester awaited = request.peers;
        AgeList age = request.ages;
        if (awaited == null || age == null) {
            return;
        }
        latency.lost(request, why);
        awaited.remove(request);
        age.remove(request);
        awaited.peer.debtor.credit(Debt.REQUESTS, request.chargedBytes);
        request.clear();
        open--;
        if (spareCount < MAX_SPARE) {
            spare[spareCount++] = request;
            return;
        }
        table[request.place] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = request.place;
    }

    /** Requests that have waited for too long won't be answered. */
    public void expire(long nowNs) {
        for (int i = 0; i < ages.size(); i++) {
            expire(ages.get(i), nowNs);
        }
    }

    /** When the next one may have waited for too long, in nanoseconds from now. */
    public long nextExpiryIn(long nowNs) {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < ages.size(); i++) {
            next = Math.min(next, ages.get(i).nextIn(nowNs));
        }
        return next;
    }

    private void expire(AgeList age, long nowNs) {
        for (PendingReply old = age.expired(nowNs); old != null; old = age.expired(nowNs)) {
            close(old, Loss.EXPIRED);
        }
    }
}

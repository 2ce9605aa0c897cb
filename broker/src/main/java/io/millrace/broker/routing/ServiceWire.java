package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Wire;

import java.util.BitSet;

/** Records, for one service. Routing thread. */
final class ServiceWire implements Wire {
    private final MessageRecord record = new MessageRecord();
    private final ServicePeer service;
    private final InboxShares shares;
    private final Hearing hearing;

    /** The service's numbers of subscriptions to requests, of which the unheard are marked. */
    private final BitSet requests = new BitSet();

    ServiceWire(ServicePeer service, Hearing hearing) {
        this.service = service;
        this.hearing = hearing;
        shares = new InboxShares(service, service.terms().shareBytes());
    }

    /** Whether what comes for a subscription is marked where nobody would hear an answer. */
    void markUnheard(int sid, boolean marked) {
        requests.set(sid, marked);
    }

    @Override
    public void write(Peer target, Subscription subscription, Message message) {
        int sid = subscription.serviceSid;
        if (sid < 0) {
            writeShared(subscription, message);
        } else {
            write(subscription.account, sid, message);
        }
    }

    /** Where every account may ask, each has its share. */
    private void writeShared(Subscription subscription, Message message) {
        Account account = subscription.account;
        if (service.mayBeAsked()
                && shares.admits(account, MessageRecord.bytes(account.nameBytes, message))) {
            write(account, -subscription.serviceSid, message);
            service.asks();
        } else if (!shares.admitsRefusal(account, refusedBytes(account, message))
                || !refuse(subscription, message)) {
            service.misses();
        }
    }

    private void write(Account account, int sid, Message message) {
        try {
            record.write(
                    service.messages(), sid, account.id, account.epoch, account.nameBytes, message);
        } catch (OutOfMemoryError e) {
            service.misses();
            throw e;
        }
        // Of others, interest may be on its way; and who crosses hears in another account.
        if (message.replyLength() > 0
                && message.isFromClient()
                && !message.isCrossed()
                && requests.get(sid)) {
            hearing.add(service.peer, account, MessageRecord.bytes(account.nameBytes, message));
        }
    }

    @Override
    public boolean refuse(Peer target, Subscription subscription, Message message) {
        boolean told = refuse(subscription, message);
        if (!told) {
            service.misses();
        }
        return told;
    }

    /** Nobody would be told where no answer is awaited. */
    private boolean refuse(Subscription subscription, Message message) {
        Account account = subscription.account;
        long room = service.terms().bytesWithRefusals() - refusedBytes(account, message);
        if (message.replyLength() == 0 || service.messages().isPendingOver(room)) {
            return false;
        }
        record.writeRefused(
                service.messages(),
                Math.abs(subscription.serviceSid),
                account.id,
                account.epoch,
                account.nameBytes,
                message);
        return true;
    }

    private static int refusedBytes(Account account, Message message) {
        return MessageRecord.refusedBytes(account.nameBytes, message);
    }
}

package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Wire;

/** Records, for one service. Routing thread. */
final class ServiceWire implements Wire {
    /** What a record has beside what its publisher chose. */
    private static final int OTHER_BYTES = 64;

    private final MessageRecord record = new MessageRecord();
    private final InboxShares shares;

    ServiceWire(Peer service) {
        shares = new InboxShares(service.outbound);
    }

    @Override
    public void write(Peer target, Subscription subscription, Message message) {
        byte[] sid = subscription.sid.sid();
        int digits = digits(sid);
        // Where every account may ask, each has its share.
        if (digits == sid.length || shares.admits(subscription.account, bytes(message))) {
            record.write(
                    target.outbound,
                    number(sid, digits),
                    message.cid(),
                    subscription.account.nameBytes,
                    message);
        }
    }

    /** About how long the record is. */
    private static int bytes(Message message) {
        return OTHER_BYTES
                + message.subjectLength()
                + message.replyLength()
                + message.payloadLength();
    }

    /** How many digits a sid begins with; the account's number stands behind them, if any. */
    private static int digits(byte[] sid) {
        int digits = 0;
        while (digits < sid.length && sid[digits] != Services.IN_ACCOUNT) {
            digits++;
        }
        return digits;
    }

    private static int number(byte[] sid, int digits) {
        int number = 0;
        for (int i = 0; i < digits; i++) {
            number = 10 * number + sid[i] - '0';
        }
        return number;
    }

    void close() {
        record.close();
    }
}

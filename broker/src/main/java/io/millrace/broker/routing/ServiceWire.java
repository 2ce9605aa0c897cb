package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageRecord;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Wire;

/** Records, for services. Routing thread. */
final class ServiceWire implements Wire {
    private final MessageRecord record = new MessageRecord();

    @Override
    public void write(Peer target, Subscription subscription, Message message) {
        record.write(
                target.outbound,
                number(subscription.sid.sid()),
                message.cid(),
                subscription.account.nameBytes,
                message);
    }

    /** The number a sid begins with; the account's stands behind it where there are several. */
    private static int number(byte[] sid) {
        int number = 0;
        for (int i = 0; i < sid.length && sid[i] != Services.IN_ACCOUNT; i++) {
            number = 10 * number + sid[i] - '0';
        }
        return number;
    }

    void close() {
        record.close();
    }
}

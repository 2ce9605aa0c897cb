package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Wire;

/** MSG and HMSG, for clients. Routing thread. */
final class ClientWire implements Wire {
    private final MessageWriter writer;

    ClientWire(MessageWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(Peer target, Subscription subscription, Message message) {
        writer.write(target.outbound, message, subscription.sid, target.headers);
    }

    @Override
    public boolean takesRuns() {
        return true;
    }

    @Override
    public void write(Peer target, Subscription subscription, Run run) {
        run.write(target.outbound, subscription.sid);
    }
}

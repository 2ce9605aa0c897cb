package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Target;
import io.millrace.broker.routing.peer.Wire;

/** LMSG and HMSG, for leaf nodes and their hubs. Routing thread. */
final class LeafWire implements Wire {
    private final MessageWriter writer;

    LeafWire(MessageWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(Target target, Account account, Message message) {
        Peer peer = target.peer();
        writer.writeLeaf(
                peer.outbound, message, target.queues(), target.queueCount(), peer.headers);
    }
}

package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.MessageWriter;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Target;
import io.millrace.broker.routing.peer.Wire;

/** RMSG and HMSG, for the servers of the cluster. Routing thread. */
final class RouteWire implements Wire {
    private final MessageWriter writer;
    private final boolean namesAccounts;
    private final boolean fromLeaves;

    /**
     * Makes one.
     *
     * @param namesAccounts whether lines name the account, since the route carries several
     * @param fromLeaves whether the other server understands from which leaf node's cluster a
     *     message comes
     */
    RouteWire(MessageWriter writer, boolean namesAccounts, boolean fromLeaves) {
        this.writer = writer;
        this.namesAccounts = namesAccounts;
        this.fromLeaves = fromLeaves;
    }

    @Override
    public void write(Target target, Account account, Message message) {
        Peer peer = target.peer();
        byte[] name = namesAccounts ? account.routedName : MessageWriter.NO_ACCOUNT;
        if (fromLeaves && !message.leafCluster().name().isEmpty()) {
            writer.writeFromLeaf(
                    peer.outbound, name, message, target.queues(), target.queueCount());
            return;
        }
        writer.writeRouted(
                peer.outbound, name, message, target.queues(), target.queueCount(), peer.headers);
    }
}

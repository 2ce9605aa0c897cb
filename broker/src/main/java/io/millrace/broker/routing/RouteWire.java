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

    /**
     * Makes one.
     *
     * @param namesAccounts whether lines name the account, since the route carries several
     */
    RouteWire(MessageWriter writer, boolean namesAccounts) {
        this.writer = writer;
        this.namesAccounts = namesAccounts;
    }

    @Override
    public void write(Target target, Account account, Message message) {
        Peer peer = target.peer();
        writer.writeRouted(
                peer.outbound,
                namesAccounts ? account.routedName : MessageWriter.NO_ACCOUNT,
                message,
                target.queues(),
                target.queueCount(),
                peer.headers);
    }
}

package io.millrace.broker.routing.crossing;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.routing.peer.Asker;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.protocol.RequestInfo;

import org.jspecify.annotations.Nullable;

/**
 * The lines that requests of one peer say of it, made once until something in them changes. Routing
 * thread.
 */
final class InfoLines {
    /** Requests of one may be said to come in so many ways without one being made anew. */
    private static final int KEPT = 4;

    private final Debtor debtor;
    private final @Nullable Line[] lines = new Line[KEPT];
    private int next;

    /** What they are charged with: names are as long as clients like. */
    private int bytes;

    /**
     * Makes none yet.
     *
     * @param debtor pays for them
     */
    InfoLines(Debtor debtor) {
        this.debtor = debtor;
    }

    /**
     * One way to say it.
     *
     * @param detailed whether all is said, or only account and round trip time
     * @param server this one's name; empty if it isn't said
     * @param cluster this server's; empty if it isn't said
     * @param service the account through which the request has come; empty if that is the client's
     */
    record Way(boolean detailed, String server, String cluster, String service) {}

    private record Line(Way way, long rttNs, String account, byte[] text) {}

    /** The line, with its end. */
    byte[] of(Asker asker, boolean detailed, String server, String cluster, String service) {
        long rttNs = asker.peer().rttNs();
        String account = asker.peer().accountName;
        for (int i = 0; i < KEPT; i++) {
            Line known = lines[i];
            if (known != null
                    && known.rttNs == rttNs
                    && known.way.detailed == detailed
                    && known.way.service.equals(service)
                    && known.way.server.equals(server)
                    && known.way.cluster.equals(cluster)
                    && known.account.equals(account)) {
                return known.text;
            }
        }
        Way way = new Way(detailed, server, cluster, service);
        byte[] text = info(asker, way).line();
        Line replaced = lines[next];
        charge(text.length - (replaced == null ? 0 : replaced.text.length));
        lines[next] = new Line(way, rttNs, account, text);
        next = (next + 1) % KEPT;
        return text;
    }

    private void charge(int more) {
        bytes += more;
        debtor.charge(Debt.REQUESTS, more);
    }

    /** They aren't needed any more. */
    void release() {
        charge(-bytes);
    }

    static RequestInfo info(Asker asker, Way way) {
        boolean all = way.detailed;
        Peer peer = asker.peer();
        return new RequestInfo(
                all ? peer.started : null,
                all ? peer.ip() : "",
                all ? peer.id() : 0,
                peer.accountName,
                way.service,
                all ? asker.user() : "",
                all ? asker.name() : "",
                all ? asker.lang() : "",
                all ? asker.version() : "",
                peer.rttNs(),
                way.server,
                way.cluster,
                // Only users of a JWT have one.
                "",
                all ? peer.kind.text() : "",
                all ? asker.type() : "");
    }
}

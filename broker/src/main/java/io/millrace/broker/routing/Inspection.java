package io.millrace.broker.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads what monitoring shows. Each method runs on the routing thread, visits no more than it is
 * told to, and returns values that change no more.
 */
public final class Inspection {
    private Inspection() {}

    public static ServerSnapshot server(Router router) {
        Counters counters = router.counters;
        return new ServerSnapshot(
                router.info(),
                router.clients.size(),
                router.closedClients.size(),
                counters.connections,
                counters.traffic.snapshot(),
                counters.slowConsumers,
                counters.staleConnections,
                counters.stalls,
                router.sublistStats(),
                accounts(router));
    }

    private static List<AccountSnapshot> accounts(Router router) {
        return router.accounts().stream()
                .map(
                        account ->
                                new AccountSnapshot(
                                        account.name,
                                        account.index.size(),
                                        account.traffic.snapshot(),
                                        account.slowConsumers))
                .toList();
    }

    /**
     * Clients that are connected, by the number of their connection.
     *
     * @param afterCid only those with a higher number
     */
    public static List<ClientSnapshot> clients(Router router, long afterCid, int most, Moment now) {
        List<ClientSnapshot> result = new ArrayList<>();
        for (Client client : router.clients.tailMap(afterCid, false).values()) {
            if (result.size() == most) {
                break;
            }
            result.add(ClientSnapshot.of(client, now, null));
        }
        return result;
    }

    /**
     * Some of those that ended last, oldest first.
     *
     * @param clients empty at the end
     * @param next where the next ones begin
     */
    public record Closed(List<ClientSnapshot> clients, long next) {}

    /**
     * Clients that have ended.
     *
     * @param from 0, or where the last call said that the next ones begin
     */
    public static Closed closed(Router router, long from, int most) {
        long first = router.closedClients.firstFrom(from);
        List<ClientSnapshot> clients = router.closedClients.from(first, most);
        return new Closed(clients, first + clients.size());
    }

    /** Who is slow, and who was; at most so many of each. */
    public static List<SlowConsumer> slowConsumers(Router router, int most) {
        return router.slow.list(most, router.caughtUpBytes());
    }
}

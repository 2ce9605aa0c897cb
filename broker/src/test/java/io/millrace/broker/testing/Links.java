package io.millrace.broker.testing;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The ways between the servers of a cluster: a proxy for each two of them.
 *
 * <p>The later one of two is configured to dial the earlier one, by their proxy. By gossip, each
 * hears of the others' addresses, too; there must be nothing to be found, for the way would lead
 * around the proxies. So all advertise an address that nobody listens at, and that nobody else can
 * take.
 */
final class Links implements AutoCloseable {
    private static final class Link {
        final Seat earlier;
        final Seat later;
        final LoopbackProxy proxy;
        boolean parted;

        Link(Seat earlier, Seat later) throws IOException {
            this.earlier = earlier;
            this.later = later;
            proxy = new LoopbackProxy();
            proxy.leadTo(earlier.clusterPort());
        }

        boolean joins(Seat one, Seat other) {
            return earlier == one && later == other || earlier == other && later == one;
        }

        void settle() {
            if (earlier.isKilled() || later.isKilled()) {
                proxy.refuse();
            } else if (parted || earlier.isPaused() || later.isPaused()) {
                proxy.pause();
            } else {
                proxy.resume();
            }
        }
    }

    private final List<Link> all = new ArrayList<>();
    private final Socket nowhere = new Socket();

    Links() throws IOException {
        nowhere.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Makes the ways from a server to those before it, and tells its options. */
    ClusterOptions add(Seat added, List<Seat> before, ClusterOptions options) throws IOException {
        List<RouteUrl> routes = new ArrayList<>();
        for (Seat each : before) {
            Link link = new Link(each, added);
            all.add(link);
            routes.add(NatsServers.route(link.proxy.port(), options));
        }
        return options.toBuilder()
                .advertise("127.0.0.1:" + nowhere.getLocalPort())
                .routes(routes)
                .build();
    }

    /** Nothing passes between two servers from here on. */
    void part(Seat one, Seat other) {
        for (Link link : all) {
            if (link.joins(one, other)) {
                link.parted = true;
                link.settle();
                link.proxy.cut();
            }
        }
    }

    void heal(Seat one, Seat other) {
        heal(link -> link.joins(one, other));
    }

    void heal() {
        heal(_ -> true);
    }

    private void heal(Predicate<Link> which) {
        for (Link link : all) {
            if (which.test(link)) {
                link.parted = false;
                link.settle();
            }
        }
    }

    boolean areParted(Seat one, Seat other) {
        return all.stream().anyMatch(link -> link.parted && link.joins(one, other));
    }

    /** Servers are in another state than they were. */
    void settle() {
        all.forEach(Link::settle);
    }

    @Override
    public void close() throws IOException {
        for (Link link : all) {
            link.proxy.close();
        }
        nowhere.close();
    }
}

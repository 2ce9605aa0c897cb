package io.millrace.broker.cluster;

import io.millrace.broker.delivery.CloseReason;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A connection between two servers: bytes come late, but in order, and some are lost at its end.
 */
final class SimulatedLink {
    private static final long LONGEST_DELAY_US = 3_000;

    private final Simulation simulation;
    final Side dialed;
    final Side accepted;

    /** From here on nothing that is sent arrives. */
    private boolean cut;

    SimulatedLink(
            Simulation simulation, SimulatedServer dialer, SimulatedServer other, RouteTarget to) {
        this.simulation = simulation;
        dialed = new Side(dialer, other, to);
        accepted = new Side(other, dialer, null);
        dialed.opensAtUs = soon();
        accepted.opensAtUs = soon();
        for (Side side : new Side[] {dialed, accepted}) {
            side.freeAtUs = side.opensAtUs;
            side.server.at(side.opensAtUs, side::open);
        }
    }

    private long soon() {
        return simulation.clock.nowUs() + simulation.random.nextLong(LONGEST_DELAY_US);
    }

    boolean joins(SimulatedServer one, SimulatedServer another) {
        return dialed.server == one && accepted.server == another
                || dialed.server == another && accepted.server == one;
    }

    boolean isOf(SimulatedServer server) {
        return dialed.server == server || accepted.server == server;
    }

    boolean isCut() {
        return cut;
    }

    /** Breaks it: each side notices when it does, and gets what is on its way until then. */
    void cut() {
        if (!cut) {
            cut = true;
            dialed.tearing = true;
            accepted.tearing = true;
            dialed.endsAt(soon());
            accepted.endsAt(soon());
            simulation.links.remove(this);
        }
    }

    /** One end, at one of the servers. */
    final class Side implements RouteEnd.Wire {
        final SimulatedServer server;
        final SimulatedServer remote;
        final RouteEnd end;
        private long opensAtUs;

        /** When the last of the bytes on their way here arrives. */
        private long freeAtUs;

        /** Whether bytes on their way here may be lost, in the midst of a line, too. */
        private boolean tearing;

        private boolean torn;
        private boolean ended;

        Side(SimulatedServer server, SimulatedServer remote, @Nullable RouteTarget target) {
            this.server = server;
            this.remote = remote;
            end = server.routeEnd(remote, target, this);
        }

        Side other() {
            return this == dialed ? accepted : dialed;
        }

        private void open() {
            server.sides.put(end.session, this);
            end.open();
        }

        @Override
        public void send(byte[] bytes) {
            if (!cut) {
                other().arrive(bytes);
            }
        }

        private void arrive(byte[] bytes) {
            freeAtUs = Math.max(freeAtUs, soon());
            server.at(freeAtUs, () -> receive(bytes));
        }

        private void receive(byte[] bytes) {
            if (ended || torn) {
                return;
            }
            int piece = simulation.random.nextInt(bytes.length + 1);
            end.receive(Arrays.copyOf(bytes, piece));
            torn = tearing && simulation.random.nextInt(4) == 0;
            if (!torn) {
                end.receive(Arrays.copyOfRange(bytes, piece, bytes.length));
            }
        }

        private void endsAt(long atUs) {
            server.at(Math.max(atUs, opensAtUs), this::close);
        }

        private void close() {
            if (!ended) {
                ended = true;
                end.closed(CloseReason.CLIENT_CLOSED);
                server.sides.remove(end.session);
            }
        }

        /** Closed by its server: the other side sees that behind what was sent, or at once. */
        @Override
        public void close(CloseReason reason) {
            if (cut) {
                return;
            }
            cut = true;
            simulation.links.remove(SimulatedLink.this);
            endsAt(soon());
            Side other = other();
            other.tearing = simulation.random.nextInt(4) == 0;
            other.endsAt(other.tearing ? soon() : Math.max(other.freeAtUs, soon()));
        }
    }
}

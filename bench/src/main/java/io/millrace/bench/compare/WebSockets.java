package io.millrace.bench.compare;

import io.millrace.bench.load.Load;
import io.millrace.bench.load.Outcome;
import io.millrace.bench.load.PacedLoad;
import io.millrace.bench.load.Placement;
import io.millrace.bench.load.RequestLoad;
import io.millrace.bench.load.StreamLoad;
import io.millrace.bench.load.Transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One server whose clients come by WebSocket, with and without compression. */
final class WebSockets {
    private static final String CONFIGURATION =
            """
            websocket { listen: "127.0.0.1:%d", no_tls: true, compression: true }
            """;

    private WebSockets() {}

    /** The server's configuration file. */
    static String configuration(int port) {
        return CONFIGURATION.formatted(port);
    }

    /** Our own loads by WebSocket, as it is and compressed. */
    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Transport each : List.of(Transport.WEBSOCKET, Transport.WEBSOCKET_DEFLATED)) {
            String by = each == Transport.WEBSOCKET ? "WebSocket, " : "compressed WebSocket, ";
            all.add(scenario(by + "1 to 1, 128 B", StreamLoad.of(1, 1, 128), each));
            all.add(scenario(by + "request-reply, 1 requester", new RequestLoad(1, 16), each));
            all.add(scenario(by + "request-reply, 8 requesters", new RequestLoad(8, 16), each));
            all.add(scenario(by + "latency at 1,000/s, 128 B", new PacedLoad(1_000, 128), each));
        }
        return all;
    }

    private static Scenario scenario(String name, Load load, Transport transport) {
        return Scenario.warm(name, new By(load, transport));
    }

    /** A load whose clients come another way. */
    private record By(Load load, Transport transport) implements Load {
        @Override
        public Outcome run(Placement at, Duration duration) throws Exception {
            return load.run(at.by(transport), duration);
        }
    }
}

package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.tls.TlsOptions;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Servers with gateways, and what a test says that is the server of another cluster. */
final class SuperClusters {
    /** What a server of the cluster B says that dials. */
    static final String CONNECT =
            "CONNECT {\"echo\":false,\"verbose\":false,\"pedantic\":false,\"tls_required\":false,"
                    + "\"headers\":false,\"name\":\"NPEER\",\"cluster\":\"\",\"gateway\":\"B\"}\r\n";

    private SuperClusters() {}

    /** The INFO of a server of a cluster, whose gateways are there. */
    static String info(String cluster, String... urls) {
        return infoOf("NPEER", "peer", cluster, urls);
    }

    static String infoOf(String id, String name, String cluster, String... urls) {
        return "INFO {\"server_id\":\""
                + id
                + "\",\"server_name\":\""
                + name
                + "\",\"version\":\"2.15.2\",\"proto\":3,\"go\":\"\",\"host\":\"127.0.0.1\","
                + "\"port\":1,\"headers\":true,\"max_payload\":1048576,\"gateway\":\""
                + cluster
                + "\""
                + urls(urls)
                + ",\"gateway_nrp\":true,\"gateway_iom\":true} \r\n";
    }

    static String urls(String... urls) {
        return urls.length == 0 ? "" : ",\"gateway_urls\":[\"" + String.join("\",\"", urls) + "\"]";
    }

    /** Word of a third cluster, as a server of this one tells it. */
    static String gossip(String id, String cluster, String... urls) {
        return "INFO {\"server_id\":\""
                + id
                + "\",\"server_name\":\"\",\"version\":\"\",\"proto\":0,\"go\":\"\",\"host\":\"\","
                + "\"port\":0,\"headers\":false,\"max_payload\":0,\"gateway\":\""
                + cluster
                + "\""
                + urls(urls)
                + ",\"gateway_cmd\":1} \r\n";
    }

    static String at(ServerSocket listening) {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    static RemoteGateway remote(String name, String... addresses) {
        return new RemoteGateway(
                name,
                Stream.of(addresses)
                        .map(each -> ServerUrl.parse("gateway", "nats://" + each, 0))
                        .toList(),
                TlsOptions.OFF);
    }

    /** It has another cluster in its configuration, one of whose servers is this one. */
    static UnaryOperator<GatewayOptions.Builder> knowing(String name, ServerSocket listening) {
        return knowing(remote(name, at(listening)));
    }

    static UnaryOperator<GatewayOptions.Builder> knowing(RemoteGateway... remotes) {
        return gateway -> gateway.gateways(List.of(remotes));
    }

    /** The only server of the cluster A. */
    static NatsServer start(Mode mode, LogLines log, UnaryOperator<GatewayOptions.Builder> change)
            throws IOException {
        return start(mode, log, change, _ -> {});
    }

    /** The same with more options. */
    static NatsServer start(
            Mode mode,
            LogLines log,
            UnaryOperator<GatewayOptions.Builder> change,
            Consumer<OptionsBuilder> more)
            throws IOException {
        return start(mode, log, "A", change, more);
    }

    /** The same of another cluster. */
    static NatsServer start(
            Mode mode,
            LogLines log,
            String cluster,
            UnaryOperator<GatewayOptions.Builder> change,
            Consumer<OptionsBuilder> more)
            throws IOException {
        GatewayOptions gateway =
                change.apply(GatewayOptions.builder().name(cluster).host("127.0.0.1").port(-1))
                        .build();
        return Modes.start(
                mode,
                log,
                options -> {
                    options.gateway(gateway);
                    more.accept(options);
                });
    }

    /** A server of the cluster B that has dialed and is taken in. */
    static RawClient inbound(NatsServer server, String... urls) throws IOException {
        RawClient peer = new RawClient(server.gatewayPort());
        peer.send(CONNECT);
        peer.send(info("B", urls));
        return peer;
    }

    /** A server of the cluster C that has dialed. */
    static RawClient inboundOfC(NatsServer server) throws IOException {
        RawClient peer = new RawClient(server.gatewayPort());
        peer.send(CONNECT.replace("\"B\"", "\"C\""));
        peer.send(infoOf("NC", "c", "C"));
        return peer;
    }

    /** The next line that is said to whoever has dialed, but for all interest at first. */
    static String told(RawClient peer) throws IOException {
        String line;
        do {
            line = peer.lineAfterPing();
        } while (line.startsWith("RS+ ")
                || line.contains("\"gateway_cmd\":2,")
                || line.contains("\"gateway_cmd\":3,"));
        return line;
    }

    /** Everything said before has been heard, and brought nothing but interest. */
    static void fence(RawClient peer) throws IOException {
        peer.send("PING\r\n");
        assertThat(told(peer)).isEqualTo("PONG\r\n");
    }

    /** What comes next, if the server doesn't ask for a sign of life. */
    static void expect(RawClient client, String text) throws IOException {
        int behind = text.indexOf('\n') + 1;
        assertThat(client.lineAfterPing()).isEqualTo(text.substring(0, behind));
        client.expect(text.substring(behind));
    }

    /** What monitoring answers, to the byte. */
    static String get(NatsServer server, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.monitorUrl() + path)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /** A server that this one dials, up to the INFO that it gets. */
    static RawClient outbound(ServerSocket listening, String info) throws IOException {
        RawClient peer = RawClient.dialed(listening, info);
        assertThat(peer.info()).startsWith("CONNECT {");
        assertThat(peer.line()).startsWith("INFO {").contains("\"gateway\":\"A\"");
        return peer;
    }
}

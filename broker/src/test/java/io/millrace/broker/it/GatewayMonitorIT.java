package io.millrace.broker.it;

import static io.millrace.broker.it.RawClient.listen;
import static io.millrace.broker.it.SuperClusters.at;
import static io.millrace.broker.it.SuperClusters.inbound;
import static io.millrace.broker.it.SuperClusters.info;
import static io.millrace.broker.it.SuperClusters.knowing;
import static io.millrace.broker.it.SuperClusters.outbound;
import static io.millrace.broker.it.SuperClusters.remote;
import static io.millrace.broker.it.SuperClusters.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.ServerSocket;

/** What monitoring shows of gateways, to the byte where it doesn't depend on the time. */
class GatewayMonitorIT {
    private final LogLines log = new LogLines();

    private static String get(NatsServer server, String path) throws Exception {
        return SuperClusters.get(server, path)
                .replaceAll("\"(now|start|last_activity)\": \"[^\"]+\"", "\"$1\": \"T\"")
                .replaceAll("\"(rtt|uptime|idle)\": \"[^\"]+\"", "\"$1\": \"D\"");
    }

    private static String connection(int indent, long cid, int port) {
        return """
                "connection": {
                  "cid": %d,
                  "kind": "Gateway",
                  "ip": "127.0.0.1",
                  "port": %d,
                  "start": "T",
                  "last_activity": "T",
                  "rtt": "D",
                  "uptime": "D",
                  "idle": "D",
                  "pending_bytes": 0,
                  "in_msgs": 0,
                  "out_msgs": 0,
                  "in_bytes": 0,
                  "out_bytes": 0,
                  "subscriptions": 0,
                  "name": "NPEER"
                }"""
                .formatted(cid, port)
                .indent(indent)
                .stripTrailing();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowGateways(Mode mode) throws Exception {
        try (ServerSocket listening = listen();
                NatsServer server =
                        start(
                                mode,
                                log,
                                knowing(remote("A", "h:1"), remote("B", at(listening))),
                                options -> options.httpPort(-1));
                RawClient dialed = outbound(listening, info("B", "10.0.0.1:7222"));
                RawClient peer = inbound(server)) {
            dialed.fence();
            SuperClusters.fence(peer);
            int in = cid(log, "Inbound");
            int out = cid(log, "Outbound");
            String head =
                    """
                    {
                      "server_id": "%s",
                      "now": "T",
                      "name": "A",
                      "host": "127.0.0.1",
                      "port": %d,
                    """
                            .formatted(server.id(), server.gatewayPort());
            String outbound =
                    """
                      "outbound_gateways": {
                        "B": {
                          "configured": true,
                    %s
                        }
                      },
                    """
                            .formatted(connection(6, out, listening.getLocalPort()));
            String inbound =
                    """
                      "inbound_gateways": {
                        "B": [
                          {
                            "configured": false,
                    %s
                          }
                        ]
                      }
                    }"""
                            .formatted(connection(8, in, peer.socket().getLocalPort()));
            assertThat(get(server, "/gatewayz")).isEqualTo(head + outbound + inbound);
            assertThat(get(server, "/metrics"))
                    .containsPattern(
                            "nats_gatewayz_outbound_gateway_configured\\{server_id=\"[^\"]+\","
                                    + "gateway_name=\"A\",cid=\""
                                    + out
                                    + "\",remote_gateway_name=\"B\"} 1\n")
                    .containsPattern(
                            "nats_gatewayz_inbound_gateway_configured\\{[^}]+,cid=\""
                                    + in
                                    + "\",remote_gateway_name=\"B\"} 0\n")
                    .containsPattern(
                            "\nmillrace_gateway_connected\\{[^}]+,remote_gateway_name=\"B\"} 1\n");
            assertThat(get(server, "/gatewayz?gw_name=B&accs=1&subs=detail"))
                    .startsWith(head + outbound.substring(0, outbound.indexOf("\n    }")));
            assertThat(get(server, "/gatewayz?accs=1&acc_name=$G"))
                    .contains(
                            """
                                    "accounts": [
                                      {
                                        "name": "$G",
                                        "interest_mode": "Interest-Only",
                                        "interest_only_threshold": 1000
                                      }
                                    ]
                            """);
            assertThat(get(server, "/gatewayz?gw_name=X"))
                    .isEqualTo(
                            head
                                    + "  \"outbound_gateways\": null,\n"
                                    + "  \"inbound_gateways\": {}\n}");
            assertThat(get(server, "/gatewayz?accs=x"))
                    .isEqualTo(
                            "Error decoding boolean for 'accs': strconv.ParseBool: parsing \"x\""
                                    + ": invalid syntax");
            assertThat(get(server, "/varz"))
                    .contains(
                            """
                              "gateway": {
                                "name": "A",
                                "host": "127.0.0.1",
                                "port": %d,
                                "auth_timeout": 2,
                                "tls_timeout": 2,
                                "gateways": [
                                  {
                                    "name": "A",
                                    "urls": [
                                      "h:1"
                                    ]
                                  },
                                  {
                                    "name": "B",
                                    "urls": [
                                      "%s",
                                      "10.0.0.1:7222"
                                    ]
                                  }
                                ]
                              },
                            """
                                    .formatted(server.gatewayPort(), at(listening)));
        }
    }

    private static int cid(LogLines log, String direction) {
        String line = log.await(direction + " gateway connection ", "registered");
        return Integer.parseInt(line.replaceAll(".* - gid:(\\d+) .*", "$1"));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellClientsAndTheLogWhatTheClusterIsCalled(Mode mode) throws Exception {
        try (NatsServer server = start(mode, log, knowing());
                RawClient client = new RawClient(server)) {
            assertThat(client.info()).contains("\"cluster\":\"A\"");
            assertThat(log.all()).contains("[INF]   Cluster:  A");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowNothingWhereThereAreNone(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.httpPort(-1))) {
            assertThat(get(server, "/gatewayz"))
                    .isEqualTo(
                            """
                            {
                              "server_id": "%s",
                              "now": "T",
                              "outbound_gateways": {},
                              "inbound_gateways": {}
                            }"""
                                    .formatted(server.id()));
            assertThat(get(server, "/varz")).contains("\"gateway\": {},");
        }
    }
}

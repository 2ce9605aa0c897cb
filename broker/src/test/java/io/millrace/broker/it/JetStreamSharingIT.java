package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;

/** JetStream of one account that others use by what it exports. */
@Timeout(60)
class JetStreamSharingIT {
    private static final String NOT_ENABLED =
            "\"error\":{\"code\":503,\"err_code\":10039,"
                    + "\"description\":\"JetStream not enabled for account\"}";

    @TempDir private Path folder;

    private NatsServer start(Mode mode) throws IOException {
        return Leafs.start(
                mode,
                """
                jetstream { store_dir: "%s" }
                accounts {
                  A {
                    jetstream: enabled
                    users: [ { user: a, password: x } ]
                    exports: [ { service: "$JS.API.>" }, { service: "orders.*" } ]
                  }
                  B {
                    users: [ { user: b, password: x } ]
                    imports: [
                      { service: { account: A, subject: "$JS.API.>" } }
                      { service: { account: A, subject: "orders.*" } }
                    ]
                  }
                  C {
                    users: [ { user: c, password: x } ]
                    imports: [ { service: { account: A, subject: "$JS.API.>" }, to: "A.JS.>" } ]
                  }
                }
                """
                        .formatted(folder.resolve("store")));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldActOnTheExportersStreams(Mode mode) throws Exception {
        try (NatsServer server = start(mode);
                RawClient owner = RawClient.login(server.port(), "a");
                StreamClient importer = StreamClient.login(server.port(), "b");
                StreamClient renamed = StreamClient.login(server.port(), "c")) {
            owner.send("SUB $JS.EVENT.ADVISORY.API 1\r\n");
            owner.fence();
            importer.create("O", "\"subjects\":[\"orders.*\"],\"allow_direct\":true");
            assertThat(owner.line()).startsWith("MSG $JS.EVENT.ADVISORY.API 1 ");
            assertThat(owner.line())
                    .contains("\"client\":{\"acc\":\"B\",\"svc\":\"A\",")
                    .contains("\"subject\":\"$JS.API.STREAM.CREATE.O\"");
            assertThat(importer.publish("orders.1", "hi")).contains("\"stream\":\"O\",\"seq\":1");
            assertThat(importer.request("$JS.API.STREAM.NAMES", "")).contains("[\"O\"]");
            assertThat(importer.request("$JS.API.DIRECT.GET.O", "{\"seq\":1}")).endsWith("hi");
            assertThat(renamed.request("A.JS.STREAM.INFO.O", "")).contains("\"messages\":1");
            // By that name, it is its own, of which it has none.
            assertThat(renamed.request("$JS.API.STREAM.INFO.O", "")).contains(NOT_ENABLED);
            assertThat(renamed.request("$JS.API.INFO", ""))
                    .isEqualTo(
                            "{\"type\":\"io.nats.jetstream.api.v1.account_info_response\","
                                    + NOT_ENABLED
                                    + "}");
        }
    }
}

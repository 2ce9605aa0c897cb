package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ConnectParser.MalformedConnectException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CONNECT of a leaf node, read and written to the byte; field order is the reference's. */
class LeafConnectTest {
    /** What a nats-server 2.15.2 said. */
    private static final String REFERENCES =
            """
            {"version":"2.15.2",\
            "server_id":"ND47E26HYAIVMCBYNDN476SWMZVPT4OYORKSCYCCETA4YZBIOBTRCGTZ",\
            "name":"LEAF","cluster":"LEAF","headers":true,"compress_mode":"off",\
            "remote_account":"$G","protocol":3}""";

    private static LeafConnect parse(String json) throws MalformedConnectException {
        return LeafConnect.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(LeafConnect connect) {
        return new String(connect.line(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteWhatTheReferenceWrites() throws Exception {
        assertThat(line(parse(REFERENCES))).isEqualTo("CONNECT " + REFERENCES + "\r\n");
    }

    @Test
    void shouldWriteEveryField() throws Exception {
        LeafConnect connect =
                LeafConnect.builder()
                        .version("2.15.0")
                        .credentials(new Credentials("u", "p", "t", "j", "k", "s"))
                        .serverId("NID")
                        .name("n")
                        .hub(true)
                        .cluster("C<1>")
                        .headers(true)
                        .denyPub(List.of("a", "b.*"))
                        .isolate(true)
                        .compression("s2_auto")
                        .remoteAccount("A")
                        .proto(3)
                        .build();
        String json =
                """
                {"version":"2.15.0","nkey":"k","jwt":"j","sig":"s","user":"u","pass":"p",\
                "auth_token":"t","server_id":"NID","name":"n","is_hub":true,\
                "cluster":"C\\u003c1\\u003e","headers":true,"deny_pub":["a","b.*"],"isolate":true,\
                "compress_mode":"s2_auto","remote_account":"A","protocol":3}""";
        assertThat(line(connect)).isEqualTo("CONNECT " + json + "\r\n");
        assertThat(parse(json)).isEqualTo(connect);
    }

    @Test
    void shouldReadWhatOnlyOthersThanLeafNodesSay() throws Exception {
        LeafConnect connect =
                parse(
                        """
                        {"lang":"go","GATEWAY":"G","account":"A","new_account":true,"domain":"d",\
                        "jetstream":true,"unknown":{"a":[1]},"name":null}""");
        assertThat(connect.lang()).isEqualTo("go");
        assertThat(connect.gateway()).isEqualTo("G");
        assertThat(connect.account()).isEqualTo("A");
        assertThat(connect.newAccount()).isTrue();
        assertThat(connect.domain()).isEqualTo("d");
        assertThat(connect.jetstream()).isTrue();
        assertThat(connect.name()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"name\":5}",
                "{\"deny_pub\":\"a\"}",
                "{\"is_hub\":1}",
                "{}x"
            })
    void shouldRefuseWhatIsNone(String json) {
        assertThatExceptionOfType(MalformedConnectException.class).isThrownBy(() -> parse(json));
    }

    @Test
    void shouldNotShowSecrets() throws Exception {
        LeafConnect connect =
                parse(
                        "{\"name\":\"n\",\"user\":\"u5er\",\"pass\":\"p4ss\",\"auth_token\":\"t0k\"}");
        assertThat(connect.toString()).doesNotContain("u5er", "p4ss", "t0k").contains("n");
    }
}

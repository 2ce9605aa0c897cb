package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.protocol.LinkInfo.MalformedInfoException;
import io.millrace.protocol.LinkInfo.SubjectRules;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The INFO of a leaf node connection, read and written to the byte. */
class LeafInfoTest {
    /** What a nats-server 2.15.2 said first, but for what only JetStream has. */
    private static final String REFERENCES =
            """
            {"server_id":"NBEHRDI7R4VD27UMESLNLGB6V6TFENZ6XSQRNZFFVXKGMZJJCAFHW3JP",\
            "server_name":"HUB","version":"2.15.2","proto":3,"go":"go1.26.8","host":"192.0.2.2",\
            "port":5422,"headers":true,"auth_required":true,"max_payload":1048576,\
            "ip":"192.0.2.2:5422","client_id":5,"nonce":"QJNE5R7k9EV3otY","compression":"off",\
            "info_on_connect":true,"leafnode_urls":["192.0.2.2:5422"]}""";

    private static LinkInfo parse(String json) throws MalformedInfoException {
        return LinkInfo.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(LinkInfo info) {
        return new String(info.line(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteWhatTheReferenceWrites() throws Exception {
        LinkInfo info = parse(REFERENCES.replace("\"info_on", "\"api_lvl\":5,\"info_on"));
        assertThat(line(info)).isEqualTo("INFO " + REFERENCES + " \r\n");
        assertThat(info.isOfNoLeafNodePort()).isFalse();
        assertThat(info.toBuilder().build()).isEqualTo(info);
    }

    @Test
    void shouldWriteEveryFieldOfAnAnswer() throws Exception {
        LinkInfo info =
                LinkInfo.builder()
                        .serverId("N")
                        .serverName("n")
                        .version("2")
                        .proto(3)
                        .go("j")
                        .host("h")
                        .port(1)
                        .headers(true)
                        .authRequired(true)
                        .tlsRequired(true)
                        .tlsVerify(true)
                        .maxPayload(2)
                        .ip("h:1")
                        .clientId(7)
                        .cluster("C")
                        .wsConnectUrls(List.of("w:3"))
                        .ldm(true)
                        .connectInfo(true)
                        .remoteAccount("A")
                        .accIsSys(true)
                        .importRules(new SubjectRules(List.of("i"), List.of()))
                        .exportRules(new SubjectRules(List.of(), List.of("e")))
                        .infoOnConnect(true)
                        .leafnodeUrls(List.of("h:1", "g:2"))
                        .build();
        String json =
                """
                {"server_id":"N","server_name":"n","version":"2","proto":3,"go":"j","host":"h",\
                "port":1,"headers":true,"auth_required":true,"tls_required":true,\
                "tls_verify":true,"max_payload":2,"ip":"h:1","client_id":7,"cluster":"C",\
                "ws_connect_urls":["w:3"],"ldm":true,"connect_info":true,"remote_account":"A","acc_is_sys":true,\
                "import":{"allow":["i"]},"export":{"deny":["e"]},"info_on_connect":true,\
                "leafnode_urls":["h:1","g:2"]}""";
        assertThat(line(info)).isEqualTo("INFO " + json + " \r\n");
        assertThat(parse(json)).isEqualTo(info);
    }

    /** Of a port for clients of an old server and a new one, and of one for routes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"client_id\":5}",
                "{\"client_id\":5,\"connect_urls\":[\"h:1\"]}",
                "{\"leafnode_urls\":[\"h:1\"]}",
                "{\"info_on_connect\":true}",
                "{\"gateway\":\"G\"}",
                "{}"
            })
    void shouldTellTheInfoOfAnotherPort(String json) throws Exception {
        assertThat(parse(json).isOfNoLeafNodePort()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"port\":\"x\"}", "{\"import\":[]}", "{\"proto\":true}"})
    void shouldRefuseWhatIsNone(String json) {
        assertThatExceptionOfType(MalformedInfoException.class).isThrownBy(() -> parse(json));
    }
}

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

/** The INFO of a route, read and written to the byte; field order is the reference's. */
class LinkInfoTest {
    private static final LinkInfo ALL =
            new LinkInfo.Builder()
                    .serverId("NID")
                    .serverName("one")
                    .version("2.15.2")
                    .proto(3)
                    .go("java25")
                    .host("0.0.0.0")
                    .port(6222)
                    .headers(true)
                    .authRequired(true)
                    .tlsRequired(true)
                    .tlsVerify(true)
                    .maxPayload(1024)
                    .jetstream(true)
                    .ip("nats-route://10.0.0.1:6222/")
                    .nonce("abc")
                    .cluster("C1")
                    .clusterDynamic(true)
                    .domain("hub")
                    .connectUrls(List.of("a:1", "[::1]:2"))
                    .ldm(true)
                    .compression("s2_fast")
                    .importRules(new SubjectRules(List.of("imp.>"), List.of("imp.x", "imp.y")))
                    .exportRules(new SubjectRules(List.of(), List.of()))
                    .lnoc(true)
                    .lnocu(true)
                    .ln(true)
                    .routePoolSize(3)
                    .routePoolIdx(2)
                    .routeAccount("SYS")
                    .routeAccAddReqId("req")
                    .gossipMode(1)
                    .gateway("A")
                    .gatewayUrls(List.of("a:7222", "b:7222"))
                    .gatewayUrl("a:7222")
                    .gatewayCmd(2)
                    .gatewayCmdPayload("$G")
                    .gatewayNrp(true)
                    .gatewayIom(true)
                    .build();

    private static final String ALL_JSON =
            """
            {"server_id":"NID","server_name":"one","version":"2.15.2","proto":3,"go":"java25",\
            "host":"0.0.0.0","port":6222,"headers":true,"auth_required":true,\
            "tls_required":true,"tls_verify":true,"max_payload":1024,"jetstream":true,\
            "ip":"nats-route://10.0.0.1:6222/","nonce":"abc","cluster":"C1",\
            "cluster_dynamic":true,"domain":"hub","connect_urls":["a:1","[::1]:2"],"ldm":true,\
            "compression":"s2_fast",\
            "import":{"allow":["imp.\\u003e"],"deny":["imp.x","imp.y"]},"export":{},\
            "lnoc":true,"lnocu":true,"ln":true,"route_pool_size":3,"route_pool_idx":2,\
            "route_account":"SYS","route_acc_add_reqid":"req","gossip_mode":1,"gateway":"A",\
            "gateway_urls":["a:7222","b:7222"],"gateway_url":"a:7222","gateway_cmd":2,\
            "gateway_cmd_payload":"JEc=","gateway_nrp":true,"gateway_iom":true}""";

    @Test
    void shouldWriteEveryField() {
        assertThat(line(ALL)).isEqualTo("INFO " + ALL_JSON + " \r\n");
    }

    @Test
    void shouldReadEveryField() throws Exception {
        assertThat(parse(ALL_JSON)).isEqualTo(ALL);
    }

    @Test
    void shouldLeaveOutWhatIsNotSet() {
        assertThat(line(new LinkInfo.Builder().build()))
                .isEqualTo(
                        """
                        INFO {"server_id":"","server_name":"","version":"","proto":0,"go":"",\
                        "host":"","port":0,"headers":false,"max_payload":0} \r
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                RouteTranscripts.ACCEPTED_INFO,
                RouteTranscripts.POOLED_INFO,
                RouteTranscripts.ACCOUNT_INFO
            })
    void shouldWriteWhatItReadFromTheReference(String json) throws Exception {
        assertThat(line(parse(json))).isEqualTo("INFO " + json + " \r\n");
    }

    @Test
    void shouldReadWhatTheReferenceSays() throws Exception {
        LinkInfo info = parse(RouteTranscripts.POOLED_INFO);
        assertThat(info.serverId())
                .isEqualTo("NC6ZQAT6N6F4WA42EZDYUQ22W436UTYHUYHFK5NP7LM4UFAULZR2DRSB");
        assertThat(info.serverName()).isEqualTo("A");
        assertThat(info.port()).isEqualTo(24103);
        assertThat(info.connectUrls()).containsExactly("127.0.0.1:24101");
        assertThat(info.routePoolSize()).isEqualTo(3);
        assertThat(info.routePoolIdx()).isEqualTo(1);
        assertThat(info.routeAccount()).isEmpty();
        assertThat(info.importRules()).isNull();
    }

    @Test
    void shouldDeriveVariants() {
        LinkInfo gossip =
                ALL.toBuilder().nonce("").ip("nats-route://10.0.0.2:6222/").routePoolIdx(0).build();
        assertThat(line(gossip))
                .isEqualTo(
                        line(ALL)
                                .replace("\"nonce\":\"abc\",", "")
                                .replace("10.0.0.1", "10.0.0.2")
                                .replace("\"route_pool_idx\":2,", ""));
        assertThat(ALL.toBuilder().build()).isEqualTo(ALL);
    }

    @Test
    void shouldTakeNamesInAnyCaseAndOrderAndTheLastOfSeveral() throws Exception {
        assertThat(parse("{\"PORT\":1,\"Server_ID\":\"a\",\"port\":2,\"sErVeR_iD\":\"b\"}"))
                .isEqualTo(new LinkInfo.Builder().port(2).serverId("b").build());
    }

    @Test
    void shouldIgnoreWhatItDoesNotKnow() throws Exception {
        String json =
                """
                {"xkey":"X","leafnode_urls":["a"],"new":{"a":[{"port":3}]},\
                "import":{"deny":["a"],"other":[[1]]},"port":7}""";
        assertThat(parse(json))
                .isEqualTo(
                        new LinkInfo.Builder()
                                .port(7)
                                .leafnodeUrls(List.of("a"))
                                .importRules(new SubjectRules(List.of(), List.of("a")))
                                .build());
    }

    @Test
    void shouldTakeNullForNotSet() throws Exception {
        String json =
                """
                {"server_id":null,"port":null,"headers":null,"import":null,\
                "connect_urls":null,"export":{"allow":null,"deny":[null,"x"]}}""";
        assertThat(parse(json))
                .isEqualTo(
                        new LinkInfo.Builder()
                                .exportRules(new SubjectRules(List.of(), List.of("x")))
                                .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "null",
                "[]",
                "{",
                "{}}",
                "{} x",
                "{\"port\":\"1\"}",
                "{\"port\":1.5}",
                "{\"port\":99999999999999999999}",
                "{\"server_id\":1}",
                "{\"headers\":1}",
                "{\"connect_urls\":\"a\"}",
                "{\"connect_urls\":[1]}",
                "{\"connect_urls\":[\"a\"",
                "{\"connect_urls\":[[]]}",
                "{\"import\":[]}",
                "{\"import\":{\"allow\":\"a\"}}",
                "{\"import\":{\"allow\":[]}"
            })
    void shouldRefuseWhatIsNoInfo(String json) {
        assertThatExceptionOfType(MalformedInfoException.class)
                .isThrownBy(() -> parse(json))
                .withMessage("malformed INFO")
                .withNoCause();
    }

    @Test
    void shouldBoundTheDepth() throws Exception {
        String bottom = "[".repeat(31) + "]".repeat(31);
        assertThat(parse("{\"a\":" + bottom + "}")).isEqualTo(new LinkInfo.Builder().build());
        assertThatExceptionOfType(MalformedInfoException.class)
                .isThrownBy(() -> parse("{\"a\":[" + bottom + "]}"));
    }

    @Test
    void shouldStayOneLineAndEscapeAsTheReferenceDoes() {
        String line = line(new LinkInfo.Builder().serverName("a\r\nb\"\\<&>\u00E4\u4E16").build());
        assertThat(line)
                .contains("\"a\\r\\nb\\\"\\\\\\u003c\\u0026\\u003e\u00E4\u4E16\"")
                .endsWith(" \r\n")
                .containsOnlyOnce("\n");
    }

    /** It couldn't be written, and what one server says is passed on to others. */
    @Test
    void shouldReplaceHalfASurrogatePair() throws Exception {
        String json = "{\"server_name\":\"a\\ud800b\\udc00\\ud83d\\ude00\"}";
        LinkInfo info = parse(json);
        assertThat(info.serverName()).isEqualTo("a\uFFFDb\uFFFD\uD83D\uDE00");
        assertThat(line(info)).contains("\"a\uFFFDb\uFFFD\uD83D\uDE00\"");
    }

    private static LinkInfo parse(String json) throws MalformedInfoException {
        return LinkInfo.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(LinkInfo info) {
        return new String(info.line(), StandardCharsets.UTF_8);
    }
}

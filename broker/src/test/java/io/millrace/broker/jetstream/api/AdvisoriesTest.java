package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.api.Advisories.BatchEnd;
import io.millrace.broker.jetstream.api.Advisories.StreamAction;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class AdvisoriesTest {
    private static final long NOW_NS = 1_795_731_485_854_935_837L;
    private static final String NOW = "2026-11-26T22:18:05.854935837Z";

    private final Advisories advisories = new Advisories("REF", "");
    private final Advisories ofDomain = new Advisories("REF", "hub");

    private static String text(byte[] advisory) {
        return new String(advisory, StandardCharsets.UTF_8).replace(NOW, "NOW");
    }

    @Test
    void shouldTellWhatHappenedToAStream() {
        assertThat(text(advisories.stream("gQ", NOW_NS, "F", StreamAction.CREATE)))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.advisory.v1.stream_action","id":"gQ",\
                        "timestamp":"NOW","stream":"F","action":"create"}""");
        assertThat(text(ofDomain.stream("gQ", NOW_NS, "F", StreamAction.UPDATE)))
                .endsWith("\"stream\":\"F\",\"action\":\"modify\",\"domain\":\"hub\"}");
        assertThat(StreamAction.CREATE.subject("F"))
                .isEqualTo("$JS.EVENT.ADVISORY.STREAM.CREATED.F");
        assertThat(StreamAction.UPDATE.subject("F"))
                .isEqualTo("$JS.EVENT.ADVISORY.STREAM.UPDATED.F");
        assertThat(StreamAction.DELETE.subject("F"))
                .isEqualTo("$JS.EVENT.ADVISORY.STREAM.DELETED.F");
    }

    @Test
    void shouldTellWhoAskedWhat() {
        ClientInfo client =
                new ClientInfo(
                        1_795_731_485_802_777_549L,
                        "127.0.0.1",
                        31,
                        "A",
                        "",
                        "a",
                        "h3",
                        "py",
                        "1",
                        2997771,
                        "REF",
                        "",
                        "",
                        "",
                        List.of(),
                        "Client",
                        "nats");
        assertThat(text(advisories.api("gQ", NOW_NS, client, "$JS.API.INFO", "{\"x\":1}", "{}")))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.advisory.v1.api_audit","id":"gQ",\
                        "timestamp":"NOW","server":"REF",\
                        "client":{"start":"2026-11-26T22:18:05.802777549Z","host":"127.0.0.1",\
                        "id":31,"acc":"A","user":"a","name":"h3","lang":"py","ver":"1",\
                        "rtt":2997771,"server":"REF","kind":"Client","client_type":"nats"},\
                        "subject":"$JS.API.INFO","request":"{\\"x\\":1}","response":"{}"}""");
        assertThat(text(ofDomain.api("gQ", NOW_NS, null, "$JS.API.INFO", "", "{}")))
                .endsWith(
                        """
                        "server":"REF","client":null,"subject":"$JS.API.INFO","response":"{}",\
                        "domain":"hub"}""");
    }

    @Test
    void shouldTellTheClientThatTheHeaderTells() {
        String header =
                """
                {"start":"2026-11-26T22:18:05.8Z","host":"::1","id":31,"acc":"A","svc":"B",\
                "user":"u","name":"n","lang":"go","ver":"1","rtt":5,"server":"S","cluster":"C",\
                "issuer_key":"K","name_tag":"T","tags":["x"],"kind":"Client",\
                "client_type":"nats"}""";
        String more = header.replace("{", "{\"jwt\":\"secret\",\"alts\":[\"D\"],");
        ClientInfo client = ClientInfo.read(more.getBytes(StandardCharsets.UTF_8));
        assertThat(text(advisories.api("gQ", NOW_NS, client, "$JS.API.INFO", "", "{}")))
                .contains("\"client\":" + header + ",");
        assertThat(ClientInfo.read("{".getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @Test
    void shouldTellThatRequestsWereTooMany() {
        assertThat(text(ofDomain.apiLimitReached("gQ", NOW_NS, 7)))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.advisory.v1.api_limit_reached","id":"gQ",\
                        "timestamp":"NOW","server":"REF","domain":"hub","dropped":7}""");
    }

    @Test
    void shouldTellThatABatchWasGivenUp() {
        assertThat(Advisories.batchSubject("T"))
                .isEqualTo("$JS.EVENT.ADVISORY.STREAM.BATCH_ABANDONED.T");
        assertThat(text(advisories.batchAbandoned("gQ", NOW_NS, "A", "T", "b", BatchEnd.TIMEOUT)))
                .isEqualTo(
                        """
                        {"type":"io.nats.jetstream.advisory.v1.stream_batch_abandoned",\
                        "id":"gQ","timestamp":"NOW","account":"A","stream":"T","batch":"b",\
                        "reason":"timeout"}""");
        assertThat(text(ofDomain.batchAbandoned("gQ", NOW_NS, "", "T", "b", BatchEnd.LARGE)))
                .endsWith(
                        "\"stream\":\"T\",\"domain\":\"hub\",\"batch\":\"b\",\"reason\":\"large\"}");
    }
}

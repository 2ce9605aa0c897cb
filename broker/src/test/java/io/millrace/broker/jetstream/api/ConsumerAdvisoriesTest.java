package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.api.ConsumerAdvisories.Delivery;
import io.millrace.broker.jetstream.api.ConsumerAdvisories.Topic;
import io.millrace.broker.jetstream.api.ConsumerAdvisories.UnpinReason;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;

/** Advisories and metrics, to the byte, as nats-server 2.15.2 published them. */
class ConsumerAdvisoriesTest {
    private static final long NOW_NS = 1_795_757_947_950_421_790L;
    private static final String NOW = "2026-11-27T05:39:07.95042179Z";

    private final ConsumerAdvisories advisories = new ConsumerAdvisories("$G", "S", "e", "hub");

    private static String text(byte[] event) {
        return new String(event, StandardCharsets.UTF_8)
                .replace("\"id\":\"I\",\"timestamp\":\"" + NOW + "\"", "NOW")
                .replace("\"stream\":\"S\",\"consumer\":\"e\"", "WHERE")
                .replace("io.nats.jetstream.", "");
    }

    @Test
    void shouldTellWhatHappenedToAConsumer() {
        assertThat(text(advisories.created("I", NOW_NS)))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.consumer_action",NOW,WHERE,"action":"create",\
                        "domain":"hub"}""");
        assertThat(text(advisories.deleted("I", NOW_NS)))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.consumer_action",NOW,WHERE,"action":"delete",\
                        "domain":"hub"}""");
        OffsetDateTime until = OffsetDateTime.parse("2099-01-01T00:00:00Z");
        assertThat(text(advisories.pause("I", NOW_NS, true, until)))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.consumer_pause",NOW,WHERE,"paused":true,\
                        "pause_until":"2099-01-01T00:00:00Z","domain":"hub"}""");
        ConsumerAdvisories ofNone = new ConsumerAdvisories("$G", "S", "e", "");
        assertThat(text(ofNone.pause("I", NOW_NS, false, null)))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.consumer_pause",NOW,WHERE,"paused":false,\
                        "pause_until":"0001-01-01T00:00:00Z"}""");
    }

    @Test
    void shouldTellWhoIsPinned() {
        assertThat(text(advisories.pinned("I", NOW_NS, "A", "8lJ")))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.consumer_group_pinned",NOW,"account":"$G",WHERE,\
                        "domain":"hub","group":"A","pinned_id":"8lJ"}""");
        assertThat(text(advisories.unpinned("I", NOW_NS, "A", UnpinReason.ADMIN)))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.consumer_group_unpinned",NOW,"account":"$G",WHERE,\
                        "domain":"hub","group":"A","reason":"admin"}""");
        assertThat(text(advisories.unpinned("I", NOW_NS, "A", UnpinReason.TIMEOUT)))
                .endsWith("\"reason\":\"timeout\"}");
    }

    @Test
    void shouldTellWhatBecameOfMessages() {
        Delivery delivery = new Delivery(4, 3, 1);
        assertThat(text(advisories.maxDeliveries("I", NOW_NS, 2, 2)))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.max_deliver",NOW,WHERE,"stream_seq":2,\
                        "deliveries":2,"domain":"hub"}""");
        assertThat(text(advisories.naked("I", NOW_NS, delivery)))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.nak",NOW,WHERE,"consumer_seq":4,"stream_seq":3,\
                        "deliveries":1,"domain":"hub"}""");
        assertThat(text(advisories.terminated("I", NOW_NS, delivery, "bad data")))
                .isEqualTo(
                        """
                        {"type":"advisory.v1.terminated",NOW,WHERE,"consumer_seq":4,\
                        "stream_seq":3,"deliveries":1,"reason":"bad data","domain":"hub"}""");
        assertThat(text(advisories.terminated("I", NOW_NS, delivery, "")))
                .endsWith("\"deliveries\":1,\"domain\":\"hub\"}");
        assertThat(text(advisories.acknowledged("I", NOW_NS, delivery, 710_637)))
                .isEqualTo(
                        """
                        {"type":"metric.v1.consumer_ack",NOW,WHERE,"consumer_seq":4,\
                        "stream_seq":3,"ack_time":710637,"deliveries":1,"domain":"hub"}""");
    }

    @Test
    void shouldTellItWhereTheReferenceDoes() {
        assertThat(Topic.values())
                .extracting(advisories::subject)
                .containsExactly(
                        "$JS.EVENT.ADVISORY.CONSUMER.CREATED.S.e",
                        "$JS.EVENT.ADVISORY.CONSUMER.DELETED.S.e",
                        "$JS.EVENT.ADVISORY.CONSUMER.PAUSE.S.e",
                        "$JS.EVENT.ADVISORY.CONSUMER.PINNED.S.e",
                        "$JS.EVENT.ADVISORY.CONSUMER.UNPINNED.S.e",
                        "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.S.e",
                        "$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.S.e",
                        "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.S.e",
                        "$JS.EVENT.METRIC.CONSUMER.ACK.S.e");
    }
}

package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class PubAckWriterTest {
    private static final int AT = 5;

    private final NativeBlock block = NativeBlock.allocate(512);
    private final Region out = block.region();
    private final NativeBlock input = NativeBlock.allocate(64);
    private final PubAckWriter acks = new PubAckWriter("T", "");
    private final PubAckWriter ofDomain = new PubAckWriter("H", "hub");

    @AfterEach
    void free() {
        block.close();
        input.close();
    }

    private String written(int bytes) {
        return new String(out.bytes(AT, bytes), StandardCharsets.UTF_8);
    }

    private int put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        input.region().put(1, bytes);
        return bytes.length;
    }

    @Test
    void shouldTellTheSequence() {
        assertThat(written(acks.ack(out, AT, 1))).isEqualTo("{\"stream\":\"T\",\"seq\":1}");
        assertThat(written(acks.ack(out, AT, 0))).isEqualTo("{\"stream\":\"T\",\"seq\":0}");
        assertThat(written(acks.ack(out, AT, 1234567890)))
                .isEqualTo("{\"stream\":\"T\",\"seq\":1234567890}");
        assertThat(written(acks.ack(out, AT, Long.MAX_VALUE)))
                .isEqualTo("{\"stream\":\"T\",\"seq\":9223372036854775807}");
        assertThat(written(ofDomain.ack(out, AT, 1)))
                .isEqualTo("{\"stream\":\"H\",\"domain\":\"hub\",\"seq\":1}");
    }

    @Test
    void shouldTellDuplicates() {
        assertThat(written(acks.duplicate(out, AT, 2)))
                .isEqualTo("{\"stream\":\"T\",\"seq\":2,\"duplicate\": true}");
        assertThat(written(ofDomain.duplicate(out, AT, 1)))
                .isEqualTo("{\"stream\":\"H\",\"domain\":\"hub\",\"seq\":1,\"duplicate\": true}");
    }

    @Test
    void shouldTellBatchesAndCounters() {
        int length = put("b\"1\u0001");
        assertThat(written(acks.batch(out, AT, 9, input.region(), 1, length, 3)))
                .isEqualTo("{\"stream\":\"T\",\"seq\":9,\"batch\":\"b\\\"1\\u0001\",\"count\":3}");
        assertThat(written(acks.duplicateInBatch(out, AT, 9, input.region(), 1, 1, 3)))
                .isEqualTo(
                        "{\"stream\":\"T\",\"seq\":9,\"duplicate\": true,\"batch\":\"b\",\"count\":3}");
        length = put("-12");
        assertThat(written(acks.counter(out, AT, 9, input.region(), 1, length)))
                .isEqualTo("{\"stream\":\"T\",\"seq\":9,\"val\":\"-12\"}");
    }

    @Test
    void shouldTellErrors() {
        PubAckError notMatch = PubAckError.of(ApiErrors.STREAM_NOT_MATCH);
        assertThat(written(ofDomain.error(out, AT, notMatch)))
                .isEqualTo(
                        """
                        {"error":{"code":400,"err_code":10060,\
                        "description":"expected stream does not match"},"stream":"H","seq":0}""");
        PubAckError wrongLast = PubAckError.of(ApiErrors.STREAM_WRONG_LAST_SEQUENCE);
        assertThat(written(acks.error(out, AT, wrongLast, 5)))
                .isEqualTo(
                        """
                        {"error":{"code":400,"err_code":10071,\
                        "description":"wrong last sequence: 5"},"stream":"T","seq":0}""");
        PubAckError wrongId = PubAckError.of(ApiErrors.STREAM_WRONG_LAST_MSG_ID.error("<\"{}>"));
        assertThat(written(acks.error(out, AT, wrongId))).contains("wrong last msg ID: ");
    }

    @Test
    void shouldNotTakeMoreThanItSays() {
        int length = put("\u0001".repeat(60));
        int most =
                acks.duplicateInBatch(
                        out, AT, Long.MAX_VALUE, input.region(), 1, length, Long.MAX_VALUE);
        assertThat(most).isLessThanOrEqualTo(acks.maxBytes(length));
        PubAckError error = PubAckError.of(ApiErrors.STREAM_WRONG_LAST_SEQUENCE);
        assertThat(acks.error(out, AT, error, Long.MAX_VALUE))
                .isLessThanOrEqualTo(acks.maxBytes(error));
    }

    @Test
    void shouldNotWriteBeyondTheEnd() {
        try (NativeBlock small = NativeBlock.allocate(10)) {
            assertThatThrownBy(() -> acks.ack(small.region(), 0, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void shouldTellHowAFastBatchFares() {
        BatchFlowWriter flow = new BatchFlowWriter();
        assertThat(written(flow.ack(out, AT, 7, 10)))
                .isEqualTo("{\"type\":\"ack\",\"seq\":7,\"msgs\":10}");
        assertThat(written(flow.gap(out, AT, 3, 5)))
                .isEqualTo("{\"type\":\"gap\",\"last_seq\":3,\"seq\":5}");
        PubAckError error = PubAckError.of(ApiErrors.STREAM_SEALED);
        assertThat(written(flow.error(out, AT, 4, error)))
                .isEqualTo(
                        """
                        {"type":"err","seq":4,"error":{"code":400,"err_code":10109,\
                        "description":"invalid operation on sealed stream"}}""");
        int most = flow.gap(out, AT, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(most).isLessThanOrEqualTo(BatchFlowWriter.MAX_BYTES);
    }
}

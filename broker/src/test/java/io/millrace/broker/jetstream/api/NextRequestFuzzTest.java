package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerDraft;
import io.millrace.broker.jetstream.config.PriorityPolicy;
import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.protocol.NativeBlock;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever asks for messages is read in place as the ordinary decoder reads it, or refused on one
 * line. {@code JAZZER_FUZZ=1} fuzzes; without the variable the seeds run.
 */
class NextRequestFuzzTest {
    private static final byte[] AROUND = "9\"}".getBytes(StandardCharsets.US_ASCII);

    @FuzzTest(maxExecutions = 5_000_000, maxDuration = "10m")
    void shouldReadAnythingAsTheOrdinaryDecoderDoes(byte[] body) {
        try (NativeBlock block = NativeBlock.allocate(body.length + 2 * AROUND.length)) {
            block.region().put(0, AROUND);
            block.region().put(AROUND.length, body);
            block.region().put(AROUND.length + body.length, AROUND);
            NextRequest request = new NextRequest();
            boolean isRead = request.read(block.region(), AROUND.length, body.length);
            assertThat(isRead).isEqualTo(request.refusal().isEmpty());
            for (PriorityPolicy policy : PriorityPolicy.values()) {
                ConsumerConfig config =
                        new ConsumerDraft()
                                .priorityPolicy(policy)
                                .priorityGroups(List.of("A"))
                                .maxRequestBatch(1000)
                                .config();
                assertThat(NextRequestCheck.refusal(request, config)).doesNotContain("\r", "\n");
            }
            if (request.isStructured()) {
                compare(request, trimmed(body));
            }
        }
    }

    private static void compare(NextRequest request, byte[] body) {
        try {
            JsonFields fields = JsonDecoder.readAny(RequestSchemas.CONSUMER_NEXT, body);
            assertThat(request.batch()).isEqualTo(fields.number("batch"));
            assertThat(request.expiresNs()).isEqualTo(fields.number("expires"));
            assertThat(request.maxBytes()).isEqualTo(fields.number("max_bytes"));
            assertThat(request.noWait()).isEqualTo(fields.flag("no_wait"));
            assertThat(request.heartbeatNs()).isEqualTo(fields.number("idle_heartbeat"));
            assertThat(request.minPending()).isEqualTo(fields.number("min_pending"));
            assertThat(request.minAckPending()).isEqualTo(fields.number("min_ack_pending"));
            assertThat(request.priority()).isEqualTo(fields.number("priority"));
            assertThat(request.group()).isEqualTo(fields.text("group"));
            assertThat(request.id()).isEqualTo(fields.text("id"));
        } catch (BadJsonException e) {
            throw new AssertionError("in place it was read", e);
        }
    }

    /** Without the blanks around it that Go has and JSON hasn't. */
    private static byte[] trimmed(byte[] body) {
        int from = 0;
        int to = body.length;
        while (from < to && isBlank(body[from])) {
            from++;
        }
        while (to > from && isBlank(body[to - 1])) {
            to--;
        }
        return Arrays.copyOfRange(body, from, to);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }
}

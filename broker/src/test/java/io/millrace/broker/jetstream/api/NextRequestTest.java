package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.millrace.broker.jetstream.config.ConsumerAction;
import io.millrace.broker.jetstream.config.ConsumerBounds;
import io.millrace.broker.jetstream.config.ConsumerChecks;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerVerdict;
import io.millrace.broker.jetstream.config.FakeConsumers;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonFields;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class NextRequestTest {
    private static final int MARGIN = 3;
    private static final int ROUNDS = 20_000;

    /** Far less than an object per request. */
    private static final long NOISE_BYTES = ROUNDS;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What requests are made of, good ones and bad ones. */
    private static final List<String> NAMES =
            List.of(
                    "batch",
                    "expires",
                    "max_bytes",
                    "no_wait",
                    "idle_heartbeat",
                    "min_pending",
                    "min_ack_pending",
                    "priority",
                    "group",
                    "id",
                    "Batch",
                    "other");

    private static final List<String> VALUES =
            List.of(
                    "0",
                    "7",
                    "-3",
                    "30000000000",
                    "999999999999999999",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1.5",
                    "1e3",
                    "01",
                    "-",
                    "true",
                    "false",
                    "null",
                    "\"A\"",
                    "[1,{\"a\":2}]");

    private final NativeBlock block = NativeBlock.allocate(4096);
    private final NextRequest request = new NextRequest();

    @AfterEach
    void close() {
        block.close();
    }

    private boolean read(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        Region region = block.region();
        region.put(
                0, ("7\"}" + "x".repeat(bytes.length) + "9,}").getBytes(StandardCharsets.US_ASCII));
        region.put(MARGIN, bytes);
        return request.read(region, MARGIN, bytes.length);
    }

    @Test
    void shouldRefuseWhatTheReferenceRefuses() throws Exception {
        List<String> differences = new ArrayList<>();
        for (Exchange exchange : Exchange.read(NextRequest.class, "next.txt")) {
            assertThat(read(exchange.request())).isEqualTo(request.refusal().isEmpty());
            String refusal = NextRequestCheck.refusal(request, config(exchange.there()));
            if (!refusal.equals(exchange.answer())) {
                differences.add(exchange + ": " + refusal + ", not " + exchange.answer());
            }
        }
        assertThat(differences).isEmpty();
        read("5");
        ConsumerConfig push = config("{\"config\":{\"deliver_subject\":\"d\"}}");
        assertThat(NextRequestCheck.refusal(request, push)).isEqualTo("409 Consumer is push based");
    }

    private static ConsumerConfig config(String json) {
        ConsumerConfig wanted =
                ((Request.Read<ConsumerCreateRequest>)
                                ConsumerCreateRequest.read(
                                        json.getBytes(StandardCharsets.UTF_8), true))
                        .said()
                        .config();
        ConsumerChecks checks =
                new ConsumerChecks(
                        StreamConfig.named("S"), ConsumerBounds.NONE, new FakeConsumers(), false);
        return ((ConsumerVerdict.Accepted) checks.check(wanted, ConsumerAction.CREATE)).config();
    }

    @Test
    void shouldTakeWhatIsNoObjectForANumberOrOne() {
        List<String> bodies = List.of("", " \n", "5", "+5", "-5", "007", "\t8\r\n", "\f9\u000b");
        assertThat(bodies.stream().map(this::batch))
                .containsExactly(1L, 1L, 5L, 5L, -5L, 7L, 8L, 9L);
        List<String> others = List.of("x", "5x", "+", "--5", "1.5", "99999999999999999999", "[3]");
        assertThat(others.stream().map(this::batch)).containsOnly(1L);
        assertThat(batch("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    }

    private long batch(String body) {
        assertThat(read(body)).isTrue();
        assertThat(request.isStructured()).isFalse();
        assertThat(request.expiresNs()).isZero();
        return request.batch();
    }

    @Test
    void shouldReadWhatTheOrdinaryDecoderReads() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String body = body(random);
            assertThat(told(body)).as("seed %d: %s", seed, body).isEqualTo(expected(body));
        }
    }

    private static String body(Random random) {
        StringBuilder body = new StringBuilder("{");
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            body.append(i == 0 ? "" : ",").append(blank(random));
            body.append('"').append(NAMES.get(random.nextInt(NAMES.size()))).append('"');
            body.append(blank(random)).append(':').append(blank(random));
            body.append(VALUES.get(random.nextInt(VALUES.size()))).append(blank(random));
        }
        body.append('}').append(blank(random));
        if (random.nextInt(5) == 0) {
            body.setCharAt(
                    1 + random.nextInt(body.length() - 1), "{}\",:1x ".charAt(random.nextInt(8)));
        }
        int cut = random.nextInt(8) == 0 ? random.nextInt(body.length() - 1) : 0;
        return body.substring(0, body.length() - cut);
    }

    private static String blank(Random random) {
        return random.nextInt(4) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
    }

    private String told(String body) {
        return read(body)
                ? String.join(
                        " ",
                        "" + request.batch(),
                        "" + request.expiresNs(),
                        "" + request.maxBytes(),
                        "" + request.noWait(),
                        "" + request.heartbeatNs(),
                        "" + request.minPending(),
                        "" + request.minAckPending(),
                        "" + request.priority(),
                        request.group(),
                        request.id())
                : request.refusal();
    }

    private static String expected(String body) {
        try {
            JsonFields fields =
                    JsonDecoder.readAny(
                            RequestSchemas.CONSUMER_NEXT,
                            body.strip().getBytes(StandardCharsets.UTF_8));
            long heartbeatNs = fields.number("idle_heartbeat");
            if (heartbeatNs > 0 && heartbeatNs * 2 > fields.number("expires")) {
                return "400 Bad Request - heartbeat value too large";
            }
            return String.join(
                    " ",
                    "" + fields.number("batch"),
                    "" + fields.number("expires"),
                    "" + fields.number("max_bytes"),
                    "" + fields.flag("no_wait"),
                    "" + heartbeatNs,
                    "" + fields.number("min_pending"),
                    "" + fields.number("min_ack_pending"),
                    "" + fields.number("priority"),
                    fields.text("group"),
                    fields.text("id"));
        } catch (BadJsonException e) {
            return "400 Bad Request - " + e.reason();
        }
    }

    @Test
    void shouldMakeNoGarbageForNumbersAndFlags() {
        byte[] all =
                "64{\"batch\":100,\"expires\":30000000000,\"no_wait\":false,\"idle_heartbeat\":5}"
                        .getBytes(StandardCharsets.US_ASCII);
        Region region = block.region();
        region.put(0, all);
        readOften(region, all.length);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        readOften(region, all.length);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(NOISE_BYTES);
        assertThat(request.expiresNs()).isEqualTo(30_000_000_000L);
    }

    private void readOften(Region region, int length) {
        for (int i = 0; i < ROUNDS; i++) {
            request.read(region, 0, 2);
            request.read(region, 2, length - 2);
        }
    }
}

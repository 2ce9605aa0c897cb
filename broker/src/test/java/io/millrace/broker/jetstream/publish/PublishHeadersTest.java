package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class PublishHeadersTest {
    private final PublishHeaders headers = new PublishHeaders();

    private NativeText read(String block) {
        NativeText text = NativeText.of(block);
        headers.read(text.region(), text.offset(), text.length());
        return text;
    }

    @Test
    void shouldFindEveryHeader() {
        for (Header header : Header.values()) {
            try (NativeText _ =
                    read("NATS/1.0\r\nA: b\r\n" + header.text() + ": 17\r\nC: d\r\n\r\n")) {
                for (Header other : Header.values()) {
                    assertThat(headers.has(other)).isEqualTo(other == header);
                }
                assertThat(headers.text(header)).isEqualTo("17");
                assertThat(headers.number(header)).isEqualTo(17);
                assertThat(headers.equal(header, new byte[] {'1', '7'})).isTrue();
            }
        }
    }

    @Test
    void shouldForgetTheMessageBefore() {
        read("NATS/1.0\r\nNats-Msg-Id: a\r\n\r\n").close();
        try (NativeText _ = read("NATS/1.0\r\nNats-TTL: 5\r\n\r\n")) {
            assertThat(headers.has(Header.MSG_ID)).isFalse();
            assertThat(headers.length(Header.MSG_ID)).isZero();
            assertThat(headers.ttl()).isEqualTo(5);
        }
        headers.clear();
        assertThat(headers.isEmpty()).isTrue();
        assertThat(headers.text(Header.TTL)).isEmpty();
    }

    @Test
    void shouldTakeTheFirstOfAName() {
        try (NativeText _ = read("NATS/1.0\r\nNats-Msg-Id: one\r\nNats-Msg-Id: two\r\n\r\n")) {
            assertThat(headers.text(Header.MSG_ID)).isEqualTo("one");
        }
    }

    @Test
    void shouldTakeAnEmptyValueForOne() {
        try (NativeText _ = read("NATS/1.0\r\nNats-Schedule-Time-Zone:   \r\n\r\n")) {
            assertThat(headers.has(Header.SCHEDULE_TIME_ZONE)).isTrue();
            assertThat(headers.hasValue(Header.SCHEDULE_TIME_ZONE)).isFalse();
        }
    }

    @Test
    void shouldKeepWhatStandsBehindAValue() {
        try (NativeText _ = read("NATS/1.0\r\nNats-Msg-Id:\ta \r\n\r\n")) {
            assertThat(headers.text(Header.MSG_ID)).isEqualTo("\ta ");
        }
    }

    @Test
    void shouldNotFindWhatIsWrittenOtherwise() {
        for (String line :
                new String[] {
                    "nats-msg-id: a",
                    "Nats-Msg-Id : a",
                    " Nats-Msg-Id: a",
                    "Nats-Msg-Id",
                    "A: b\nNats-Msg-Id: a"
                }) {
            try (NativeText _ = read("NATS/1.0\r\n" + line + "\r\n\r\n")) {
                assertThat(headers.isEmpty()).as(line).isTrue();
            }
        }
        try (NativeText _ = read("Nats-Msg-Id: a\r\n\r\n")) {
            assertThat(headers.isEmpty()).isTrue();
        }
    }

    @Test
    void shouldFindAValueThatNothingEnds() {
        try (NativeText _ = read("NATS/1.0\r\nNats-Msg-Id: abc\r")) {
            assertThat(headers.text(Header.MSG_ID)).isEqualTo("abc\r");
        }
        try (NativeText _ = read("NATS/1.0\r\nNats-Msg-Id:")) {
            assertThat(headers.has(Header.MSG_ID)).isTrue();
            assertThat(headers.length(Header.MSG_ID)).isZero();
        }
    }

    @Test
    void shouldReadNumbersOrNone() {
        assertThat(number("0")).isZero();
        assertThat(number("00017")).isEqualTo(17);
        assertThat(number("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        for (String none :
                new String[] {
                    "", "-1", "+1", "1 ", "1a", "9223372036854775808", "18446744073709551617"
                }) {
            assertThat(number(none)).as(none).isEqualTo(PublishHeaders.NO_NUMBER);
        }
    }

    private long number(String value) {
        try (NativeText _ = read("NATS/1.0\r\nNats-Batch-Sequence: " + value + "\r\n\r\n")) {
            return headers.number(Header.BATCH_SEQUENCE);
        }
    }

    @Test
    void shouldReadRollups() {
        assertThat(rollup("Nats-Rollup: sub")).isEqualTo(Rollup.SUBJECT);
        assertThat(rollup("Nats-Rollup: ALL")).isEqualTo(Rollup.ALL);
        assertThat(rollup("Nats-Rollup: subject")).isEqualTo(Rollup.INVALID);
        assertThat(rollup("Nats-Rollup:")).isEqualTo(Rollup.NONE);
        assertThat(rollup("A: b")).isEqualTo(Rollup.NONE);
    }

    private Rollup rollup(String line) {
        try (NativeText _ = read("NATS/1.0\r\n" + line + "\r\n\r\n")) {
            return headers.rollup();
        }
    }

    @Test
    void shouldCompareApiLevels() {
        assertThat(requiresMoreThanFive("5")).isFalse();
        assertThat(requiresMoreThanFive("+5")).isFalse();
        assertThat(requiresMoreThanFive("-9")).isFalse();
        assertThat(requiresMoreThanFive("")).isFalse();
        assertThat(requiresMoreThanFive("6")).isTrue();
        assertThat(requiresMoreThanFive("+6")).isTrue();
        assertThat(requiresMoreThanFive("x")).isTrue();
        assertThat(requiresMoreThanFive("-")).isTrue();
    }

    private boolean requiresMoreThanFive(String value) {
        try (NativeText _ = read("NATS/1.0\r\nNats-Required-Api-Level: " + value + "\r\n\r\n")) {
            return headers.requiresMoreThan(5);
        }
    }

    @Test
    void shouldAgreeWithTheSimplestWay() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            check(madeUp(random), "replay with -Dmillrace.seed=" + seed);
        }
    }

    static byte[] madeUp(Random random) {
        Header[] all = Header.values();
        String[] pieces = {
            "\r\n",
            "\r\n",
            "\r",
            "\n",
            ":",
            ": ",
            " ",
            "a",
            "Nats-",
            "KV-",
            "NATS/1.0\r\n",
            "-Subject"
        };
        StringBuilder block = new StringBuilder();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(4) == 0) {
                block.append(all[random.nextInt(all.length)].text());
            } else {
                block.append(pieces[random.nextInt(pieces.length)]);
            }
        }
        return block.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static void check(byte[] block, String message) {
        NaiveHeaders naive = new NaiveHeaders(block);
        PublishHeaders headers = new PublishHeaders();
        try (NativeText text = new NativeText(block)) {
            headers.read(text.region(), text.offset(), text.length());
            for (Header header : Header.values()) {
                String value = naive.value(header);
                assertThat(headers.has(header)).as(message).isEqualTo(value != null);
                if (value != null) {
                    byte[] bytes =
                            headers.region().bytes(headers.offset(header), headers.length(header));
                    assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                            .as(message)
                            .isEqualTo(value);
                }
                headers.number(header);
                headers.ttl(header);
            }
            headers.rollup();
        }
    }
}

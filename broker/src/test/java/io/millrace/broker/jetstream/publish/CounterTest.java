package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

class CounterTest {
    private static final byte[] NONE = {};

    private static @Nullable BigInteger increment(String value) {
        PublishHeaders headers = new PublishHeaders();
        try (NativeText text = NativeText.of("NATS/1.0\r\nNats-Incr: " + value + "\r\n\r\n")) {
            headers.read(text.region(), text.offset(), text.length());
            return Counter.increment(headers);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void shouldReadIncrements() {
        assertThat(increment("1")).isEqualTo(1);
        assertThat(increment("+17")).isEqualTo(17);
        assertThat(increment("-0005")).isEqualTo(-5);
        assertThat(increment("0")).isEqualTo(0);
        assertThat(increment("9".repeat(Counter.MAX_DIGITS))).hasToString("9".repeat(4096));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "-", "1.5", "1_000", "0x10", "--1", "1 ", "a", "+-1", "1e3"})
    void shouldRefuseIncrement(String value) {
        assertThat(increment(value)).isNull();
    }

    @Test
    void shouldRefuseAnIncrementThatWouldTakeLong() {
        assertThat(increment("9".repeat(Counter.MAX_DIGITS + 1))).isNull();
        assertThat(increment("9".repeat(60_000))).isNull();
    }

    @Test
    void shouldAddWithoutABound() {
        Counter counter =
                Counter.ZERO.plus(BigInteger.valueOf(Long.MAX_VALUE)).plus(BigInteger.TEN);
        assertThat(text(counter.payload())).isEqualTo("{\"val\":\"9223372036854775817\"}");
        assertThat(counter.sourcesText()).isEmpty();
        assertThat(Counter.read(counter.payload(), NONE)).isEqualTo(counter);
    }

    @Test
    void shouldReadAValueAsGoDoes() {
        assertThat(Counter.value(bytes(" {\"a\":[{}],\"VAL\":\"-7\",\"b\":1} "))).isEqualTo(-7);
        assertThat(Counter.value(bytes("{}"))).isEqualTo(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "[]",
                "{\"val\":7}",
                "{\"val\":\"x\"}",
                "{\"val\":\"\"}",
                "{\"val\":\"1\"",
                "{\"val\":\"1\"}}",
                "{\"val\":\"1\"} 2"
            })
    void shouldTakeACounterForBroken(String payload) {
        assertThat(Counter.read(bytes(payload), NONE)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "{\"S\":\"1\"}", "{\"S\":{\"a\":1}}", "{\"S\":{\"a\":\"1\"}", "x"})
    void shouldTakeACounterWithBadSourcesForBroken(String sources) {
        assertThat(Counter.read(bytes("{\"val\":\"1\"}"), bytes(sources))).isNull();
    }

    @Test
    void shouldTakeOverWhatAnotherCounterHasGrownBy() {
        String first = "ES 5 > > orders.de";
        Counter.Change one =
                Counter.ZERO
                        .plus(BigInteger.ONE)
                        .takeOver(first, "orders.all", BigInteger.valueOf(10));
        assertThat(one.increment()).isEqualTo(10);
        Counter.Change two = one.counter().takeOver(first, "orders.all", BigInteger.valueOf(7));
        assertThat(two.increment()).isEqualTo(-3);
        Counter.Change three = two.counter().takeOver("A<B 1", "orders.all", BigInteger.TWO);
        assertThat(text(three.counter().payload())).isEqualTo("{\"val\":\"10\"}");
        assertThat(three.counter().sourcesText())
                .isEqualTo("{\"A\\u003cB\":{\"orders.all\":\"2\"},\"ES\":{\"orders.de\":\"7\"}}");
        assertThat(Counter.read(three.counter().payload(), bytes(three.counter().sourcesText())))
                .isEqualTo(three.counter());
        assertThat(one.counter().sourcesText()).isEqualTo("{\"ES\":{\"orders.de\":\"10\"}}");
    }
}

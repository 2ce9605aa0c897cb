package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reference makes of values of Nats-TTL; each was asked for. */
class MessageTtlTest {
    private static long parse(String value) {
        try (NativeText text = NativeText.of(value)) {
            return MessageTtl.parse(text.region(), text.offset(), text.length());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "60, 60",
        "00, 0",
        "007, 7",
        "9223372036854775807, 9223372036854775807",
        "1s, 1",
        "1.5s, 1",
        "1.999999999s, 1",
        "90m, 5400",
        "1h30m10s, 5410",
        "1m500ms, 60",
        "1000ms, 1",
        "1000000us, 1",
        "1000000\u00c2\u00b5s, 1",
        "1000000\u00ce\u00bcs, 1",
        "1000000000ns, 1",
        ".5h, 1800",
        "1.h, 3600",
        "+2s, 2",
        "2562047h, 9223369200",
        "9000000000.9999999999s, 9000000001",
        "never, -1",
        "NeVeR, -1"
    })
    void shouldReadTtl(String value, long seconds) {
        assertThat(parse(value)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "+1",
                "0s",
                "999ms",
                "-5s",
                "1d",
                "5 s",
                "5S",
                "s",
                ".s",
                ".",
                "1.",
                "--1s",
                "1h-2m",
                "2562048h",
                "9223372036854775808",
                "9223372036854775808ns",
                "nevermore",
                "nev",
                " 5",
                "1e3s",
                "1\u00b5s"
            })
    void shouldRefuseTtl(String value) {
        assertThat(parse(value)).isEqualTo(MessageTtl.INVALID);
    }

    @Test
    void shouldHaveNoneWithoutValue() {
        assertThat(parse("")).isEqualTo(MessageTtl.NONE);
    }

    @Test
    void shouldNotExpireBeforeTheEndOfTime() {
        assertThat(MessageTtl.expiryNs(1_000, 2)).isEqualTo(2_000_001_000);
        assertThat(MessageTtl.expiryNs(1_790_000_000_000_000_000L, 9_000_000_000L))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(MessageTtl.expiryNs(0, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }
}

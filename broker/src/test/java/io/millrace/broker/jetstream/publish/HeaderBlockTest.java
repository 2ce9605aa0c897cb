package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

class HeaderBlockTest {
    private final HeaderBlock block = new HeaderBlock();

    private String changed(String headers, Consumer<HeaderBlock> change) {
        try (NativeText text = NativeText.of(headers)) {
            block.load(text.region(), text.offset(), text.length());
            change.accept(block);
            return new String(block.bytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void shouldAddALineAtTheEnd() {
        assertThat(changed("NATS/1.0\r\nA: b\r\n\r\n", b -> b.add(Header.ROLLUP, "sub")))
                .isEqualTo("NATS/1.0\r\nA: b\r\nNats-Rollup: sub\r\n\r\n");
        assertThat(changed("", b -> b.add(Header.ROLLUP, "sub")))
                .isEqualTo("NATS/1.0\r\nNats-Rollup: sub\r\n\r\n");
        assertThat(changed("NATS/1.0\r\n\r\n", b -> b.add(Header.TTL, " a\r\nB: c\n")))
                .isEqualTo("NATS/1.0\r\nNats-TTL: a  B: c\r\n\r\n");
    }

    @Test
    void shouldNotAddToALineThatNothingEnds() {
        assertThat(changed("NATS/1.0\r\nA: b\r\n", b -> b.add(Header.ROLLUP, "sub")))
                .isEqualTo("NATS/1.0\r\nA: b\r\nNats-Rollup: sub\r\n\r\n");
        assertThat(changed("NATS/1.0\r\nA: b", b -> b.add(Header.ROLLUP, "sub")))
                .isEqualTo("NATS/1.0\r\nA: b\r\nNats-Rollup: sub\r\n\r\n");
    }

    @Test
    void shouldRemoveAllLinesOfAHeader() {
        assertThat(
                        changed(
                                "NATS/1.0\r\nNats-TTL: 1\r\nA: Nats-TTL: 2\r\nNats-TTL:3\r\nNats-TTLs: 4\r\n\r\n",
                                b -> b.remove(Header.TTL)))
                .isEqualTo("NATS/1.0\r\nA: Nats-TTL: 2\r\nNats-TTLs: 4\r\n\r\n");
    }

    @Test
    void shouldLeaveNothingOfABlockWithoutLines() {
        assertThat(changed("NATS/1.0\r\nNats-TTL: 1\r\n\r\n", b -> b.remove(Header.TTL))).isEmpty();
        assertThat(changed("NATS/1.0\r\n\r\n", b -> b.remove(Header.TTL)))
                .isEqualTo("NATS/1.0\r\n\r\n");
    }

    @Test
    void shouldRemoveByTheBeginningOfTheName() {
        byte[] prefix = "Nats-Expected-".getBytes(StandardCharsets.US_ASCII);
        assertThat(
                        changed(
                                "NATS/1.0\r\nNats-Expected-Stream: S\r\nA: b\r\nNats-Expected-X: 1\r\n\r\n",
                                b -> b.removeAll(prefix)))
                .isEqualTo("NATS/1.0\r\nA: b\r\n\r\n");
    }

    @Test
    void shouldSetAValue() {
        String headers = "NATS/1.0\r\nNats-Incr:+5\r\nA: b\r\nNats-Incr: 7\r\n\r\n";
        assertThat(changed(headers, b -> b.set(Header.INCREMENT, "12345")))
                .isEqualTo("NATS/1.0\r\nNats-Incr:12345\r\nA: b\r\nNats-Incr: 7\r\n\r\n");
        assertThat(changed("NATS/1.0\r\nNats-Incr: 12\r\n\r\n", b -> b.set(Header.INCREMENT, "")))
                .isEqualTo("NATS/1.0\r\nNats-Incr: \r\n\r\n");
        assertThat(changed("NATS/1.0\r\nA: b\r\n\r\n", b -> b.set(Header.INCREMENT, "1")))
                .isEqualTo("NATS/1.0\r\nA: b\r\nNats-Incr: 1\r\n\r\n");
    }
}

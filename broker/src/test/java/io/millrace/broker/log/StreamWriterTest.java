package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class StreamWriterTest {
    private static final class Writes extends OutputStream {
        private final List<String> writes = new ArrayList<>();

        @Override
        public void write(int b) {
            throw new AssertionError("a line in pieces");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            writes.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
    }

    private static final Instant NOW = Instant.EPOCH;

    private final Writes out = new Writes();
    private final StreamWriter writer = new StreamWriter(out, new TextLines(1, null, false));

    @Test
    void shouldWriteEachLineInOneWrite() {
        writer.write(NOW, LogLevel.INFO, "one");
        writer.write(NOW, LogLevel.WARN, "two");

        assertThat(out.writes).containsExactly("[1] [INF] one\n", "[1] [WRN] two\n");
    }

    @Test
    void shouldSayThatThereIsNoFileToReopen() {
        writer.reopen(NOW);

        assertThat(out.writes)
                .containsExactly("[1] [INF] File log re-open ignored, not a file logger\n");
    }

    @Test
    void shouldOutliveAStreamThatFails() {
        OutputStream broken =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("closed pipe");
                    }
                };
        LineWriter deaf = new StreamWriter(broken, new TextLines(1, null, false));

        assertThat(deaf.write(NOW, LogLevel.INFO, "a")).isFalse();
    }
}

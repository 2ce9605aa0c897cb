package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

class StreamSinkTest {
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

    private final Writes out = new Writes();
    private final StreamSink sink =
            new StreamSink(out, new TextLines(1, null, false), Clock.systemUTC());

    @Test
    void shouldWriteEachLineInOneWrite() {
        sink.write(LogLevel.INFO, "one");
        sink.write(LogLevel.WARN, "two");

        assertThat(out.writes).containsExactly("[1] [INF] one\n", "[1] [WRN] two\n");
    }

    @Test
    void shouldNotMixTheLinesOfManyThreads() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            String text = Integer.toString(t).repeat(200);
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 500; i++) {
                                            sink.write(LogLevel.INFO, text);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(out.writes).hasSize(4_000);
        assertThat(out.writes).allMatch(line -> line.matches("\\[1] \\[INF] (\\d)\\1{199}\n"));
    }

    @Test
    void shouldSayThatThereIsNoFileToReopen() {
        sink.reopen();

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
        LogSink deaf = new StreamSink(broken, new TextLines(1, null, false), Clock.systemUTC());

        assertThatCode(() -> deaf.write(LogLevel.INFO, "a")).doesNotThrowAnyException();
    }
}

package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Which messages the parser says may ask to be traced. */
class TraceMarksTest {
    private static final Pattern DEST = Pattern.compile("\nNats-Trace-Dest:");
    private static final Pattern PARENT = Pattern.compile("(?i)\ntraceparent:");

    private static final String[] PIECES = {
        "\n",
        "\r\n",
        ":",
        " ",
        "N",
        "Nats-Tra",
        "Nats-Trace-Dest",
        "Nats-Trace-Dest:",
        "nats-trace-dest:",
        "traceparent",
        "traceparent:",
        "TraceParent:",
        "tracepar",
        "\u008a",
        "\u000b",
        "value"
    };

    /** A frame of a message with these headers, at the very end of the memory that is read. */
    private static int marks(String headers) {
        byte[] bytes = headers.getBytes(StandardCharsets.ISO_8859_1);
        try (NativeBlock block = NativeBlock.allocate(Math.max(1, bytes.length))) {
            block.region().put(0, bytes);
            return TraceMarks.of(block.address(), bytes.length);
        }
    }

    private static int naively(String headers) {
        if (!headers.startsWith("NATS/1.0")) {
            return 0;
        }
        return (DEST.matcher(headers).find() ? FrameLayout.TRACED : 0)
                | (PARENT.matcher(headers).find() ? FrameLayout.TRACE_PARENT : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NATS/1.0\r\nNats-Trace-Dest: a\r\n\r\n",
                "NATS/1.0\r\nk: v\r\nNats-Trace-Dest:a\r\n\r\n",
                "NATS/1.0\r\nNats-Trace-Dest:"
            })
    void shouldMarkMessagesWithADestination(String headers) {
        assertThat(marks(headers)).isEqualTo(FrameLayout.TRACED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NATS/1.0\r\ntraceparent: a\r\n\r\n",
                "NATS/1.0\r\nTraceParent: a\r\n\r\n",
                "NATS/1.0\r\nTRACEPARENT:"
            })
    void shouldMarkMessagesWithAParentInAnyCase(String headers) {
        assertThat(marks(headers)).isEqualTo(FrameLayout.TRACE_PARENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NATS/1.0\r\n\r\n",
                "NATS/1.0\r\nnats-trace-dest: a\r\n\r\n",
                "NATS/1.0\r\nNats-Trace-Destination: a\r\n\r\n",
                "NATS/1.0\r\nX-Nats-Trace-Dest: a\r\n\r\n",
                "NATS/1.0\r\nNats-Trace-Only: true\r\n\r\n",
                "NATS/1.0\r\nk: Nats-Trace-Dest: a\r\n\r\n",
                "NATS/1.0\r\ntraceparents: a\r\n\r\n",
                "\r\nNats-Trace-Dest: a\r\n\r\n",
                "NATS/1.1\r\nNats-Trace-Dest: a\r\n\r\n",
                "NATS/1.0 503\r\ntracestate: a\r\n\r\n"
            })
    void shouldMarkNoOthers(String headers) {
        assertThat(marks(headers)).isZero();
    }

    @Test
    void shouldFindWhatANaiveSearchFinds() {
        Seed seed = Seed.next();
        RandomGenerator random = seed.random();
        int marked = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder headers =
                    new StringBuilder(i % 16 == 0 ? "NATS/1.1\r\n" : "NATS/1.0\r\n");
            int pieces = random.nextInt(8);
            for (int piece = 0; piece < pieces; piece++) {
                headers.append(PIECES[random.nextInt(PIECES.length)]);
            }
            String text = headers.toString();
            assertThat(marks(text)).as(() -> seed + ": " + text).isEqualTo(naively(text));
            marked += naively(text) == 0 ? 0 : 1;
        }
        assertThat(marked).isGreaterThan(1000);
    }

    /** Its tail isn't plain, so it is never one of several that are spread at once. */
    @Test
    void shouldSayWhatAFrameAsksFor() {
        String traced = "NATS/1.0\r\nNats-Trace-Dest: a\r\n\r\n";
        String child = "NATS/1.0\r\ntraceparent: a\r\n\r\n";
        String commands =
                "HPUB a 32 33\r\n"
                        + traced
                        + "x\r\nHPUB a 28 29\r\n"
                        + child
                        + "x\r\nPUB a 0\r\n\r\n";
        byte[] bytes = commands.getBytes(StandardCharsets.ISO_8859_1);
        FrameBlock frames = new FrameBlock(4);
        try (NativeBlock block = NativeBlock.allocate(bytes.length)) {
            Region region = block.region();
            region.put(0, bytes);
            frames.reset(region);
            CommandParser parser = new CommandParser(100, 100);
            parser.headers(true);
            parser.parse(region, 0, bytes.length, frames);
            assertThat(frames.count()).isEqualTo(3);
            Frame frame = frames.frame(0);
            assertThat(frame.isTraced()).isTrue();
            assertThat(frame.hasTraceParent()).isFalse();
            assertThat(frame.isPlainTail()).isFalse();
            frame = frames.frame(1);
            assertThat(frame.isTraced()).isFalse();
            assertThat(frame.hasTraceParent()).isTrue();
            assertThat(frame.isPlainTail()).isTrue();
            frame = frames.frame(2);
            assertThat(frame.isTraced()).isFalse();
            assertThat(frame.hasTraceParent()).isFalse();
            assertThat(frame.isPlainTail()).isTrue();
        } finally {
            frames.free();
        }
    }
}

package io.millrace.broker.transport.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Whoever keeps connections that the server has closed keeps next to nothing of them. */
class UnreadTest {
    private final Unread unread = new Unread();

    /** A connection that the server has closed, and the application hasn't read. */
    private Pipe closed(int unreadBytes) {
        Pipe pipe = new Pipe(() -> {}, Pipe.CAPACITY);
        assertThat(pipe.write(Unpooled.wrappedBuffer(new byte[unreadBytes])))
                .isEqualTo(unreadBytes);
        unread.add(pipe.finish());
        return pipe;
    }

    private static int kept(List<Pipe> pipes) {
        return pipes.stream().mapToInt(Pipe::keptBytes).sum();
    }

    private static int readToEnd(Pipe pipe) throws IOException {
        byte[] some = new byte[1000];
        int all = 0;
        for (int count = 0; count >= 0; count = pipe.read(some, 0, some.length)) {
            all += count;
        }
        return all;
    }

    @Test
    void shouldKeepNoMoreThanIsUnread() throws Exception {
        Pipe pipe = new Pipe(() -> {}, Pipe.CAPACITY);
        assertThat(pipe.keptBytes()).isEqualTo(Pipe.BYTES);
        unread.add(pipe.finish());
        assertThat(pipe.keptBytes()).isZero();
        assertThat(pipe.read(new byte[1], 0, 1)).isEqualTo(-1);

        Pipe some = closed(1000);
        assertThat(some.keptBytes()).isEqualTo(1024);
        assertThat(readToEnd(some)).isEqualTo(1000);
        assertThat(some.keptBytes()).isZero();
    }

    @Test
    void shouldKeepNothingThatTheApplicationWontRead() {
        Pipe pipe = closed(1000);
        pipe.closeApplicationsEnd();
        assertThat(pipe.keptBytes()).isZero();
        assertThatThrownBy(() -> pipe.read(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void shouldGiveUpWhatHasWaitedLongestWhenTooMuchIsUnread() throws Exception {
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pipes.add(closed(Pipe.CAPACITY));
        }
        assertThat(kept(pipes)).isBetween(Unread.MOST_BYTES / 2, Unread.MOST_BYTES);
        assertThat(readToEnd(pipes.getLast())).isEqualTo(Pipe.CAPACITY);
        assertThatThrownBy(() -> pipes.getFirst().read(new byte[1], 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not read for too long");
    }

    @Test
    void shouldNotCountWhatWasReadMeanwhile() throws Exception {
        Pipe waiting = closed(1000);
        for (int i = 0; i < 100; i++) {
            readToEnd(closed(Pipe.CAPACITY));
        }
        assertThat(readToEnd(waiting)).isEqualTo(1000);
    }

    @Test
    void shouldRefuseWhatIsWrittenToAConnectionThatTheServerHasClosed() {
        Pipe pipe = closed(0);
        assertThatThrownBy(() -> pipe.write(new byte[10], 0, 10)).isInstanceOf(IOException.class);
    }
}

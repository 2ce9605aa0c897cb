package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.Memory;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** No client can take all the memory there is by subscribing. */
class SubscriptionMemoryTest {
    /** Two subjects of one token each fit, a third doesn't; nor does one of many tokens. */
    private static final long ROOM = 700;

    private final List<String> lines = new ArrayList<>();
    private final RouterFixture fixture =
            new RouterFixture(ServerLog.to((level, text) -> lines.add(text), false, false), ROOM);
    private final Client client = fixture.client(new RouterFixture.CountingPeer());
    private final FrameBlock frames = new FrameBlock(1);
    private final NativeBlock bytes = NativeBlock.allocate(4096);

    @AfterEach
    void close() {
        fixture.close();
        frames.free();
        bytes.close();
    }

    private int subscriptionsAfter(String command) {
        byte[] ascii = (command + "\r\n").getBytes(StandardCharsets.US_ASCII);
        Memory.put(bytes.address(), ascii);
        frames.reset(bytes.address());
        new CommandParser(4096, 1024).parse(bytes.address(), ascii.length, frames);
        assertThat(frames.count()).isEqualTo(1);
        fixture.router.onFrames(client, frames, 1);
        return fixture.router.subscriptionCount();
    }

    @Test
    void shouldRefuseSubscriptionsThatFindNoRoomUntilOthersEnd() {
        fixture.router.onOpen(client);
        assertThat(subscriptionsAfter("SUB a 1")).isEqualTo(1);
        assertThat(subscriptionsAfter("SUB b.b.b.b.b.b.b.b 2")).isEqualTo(1);
        assertThat(subscriptionsAfter("SUB b q 2")).isEqualTo(2);
        assertThat(subscriptionsAfter("SUB c 3")).isEqualTo(2);
        assertThat(subscriptionsAfter("UNSUB 1")).isEqualTo(1);
        assertThat(subscriptionsAfter("SUB c 3")).isEqualTo(2);
        assertThat(lines)
                .hasSize(2)
                .allMatch(line -> line.endsWith("no memory is left for more subscriptions"));
        fixture.router.flush(0);
    }
}

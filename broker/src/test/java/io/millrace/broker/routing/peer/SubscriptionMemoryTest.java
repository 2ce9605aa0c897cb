package io.millrace.broker.routing.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.Region;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** No client can take all the memory there is by subscribing. */
class SubscriptionMemoryTest {
    /** Two subjects of one token each fit, a third doesn't; nor does one of many tokens. */
    private static final MemoryBounds ROOM =
            new MemoryBounds((2 * Peer.CONNECTION_BYTES + 1100) * 8 / 7, Long.MAX_VALUE);

    private final List<String> lines = new ArrayList<>();
    private final RouterFixture fixture =
            new RouterFixture(ServerLog.to((level, text) -> lines.add(text), false, false), ROOM);
    private final Client client = fixture.client(new RouterFixture.CountingPeer());
    private final FrameBlock frames = new FrameBlock(1);
    private final NativeBlock block = NativeBlock.allocate(4096);
    private final Region bytes = block.region();

    @AfterEach
    void close() {
        fixture.close();
        frames.free();
        block.close();
    }

    private int subscriptionsAfter(String command) {
        return subscriptionsAfter(client, new CommandParser(4096, 1024), command);
    }

    private int subscriptionsAfter(Sender peer, ProtocolParser parser, String command) {
        byte[] ascii = (command + "\r\n").getBytes(StandardCharsets.US_ASCII);
        bytes.put(0, ascii);
        frames.reset(bytes);
        parser.parse(bytes, 0, ascii.length, frames);
        assertThat(frames.count()).isEqualTo(1);
        fixture.router.onFrames(peer, frames, 1);
        return fixture.router.subscriptionCount();
    }

    @Test
    void shouldRefuseSubscriptionsThatFindNoRoomUntilOthersEnd() {
        fixture.router.clients().onOpen(client);
        fixture.router.clients().onOpen(fixture.client(2, new RouterFixture.CountingPeer()));
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

    /** They share what there is with the clients; whoever has most of it pays. */
    @Test
    void shouldCloseWhoOwesMostWhenAnotherFindsNoRoom() {
        OutboundQueue queue = fixture.queue();
        Route route = new Route(7, "127.0.0.1", 7, new RouterFixture.CountingPeer(), queue);
        RouteParser parser = new RouteParser(4096, 1024);
        fixture.router.clients().onOpen(client);
        fixture.router.routes().onOpen(route);
        fixture.router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        assertThat(subscriptionsAfter("SUB a 1")).isEqualTo(1);
        assertThat(subscriptionsAfter(route, parser, "RS+ $G b q 1")).isEqualTo(2);
        assertThat(subscriptionsAfter(route, parser, "RS+ $G b q 3")).isEqualTo(2);
        assertThat(subscriptionsAfter(route, parser, "RS+ $G c")).isEqualTo(2);
        assertThat(route.peer.closing).isFalse();
        assertThat(lines)
                .anyMatch(line -> line.endsWith("no memory is left for more remote subscriptions"));
        assertThat(subscriptionsAfter("SUB c 2")).isEqualTo(3);
        assertThat(route.peer.closing).isTrue();
        assertThat(client.peer.closing).isFalse();
        assertThat(lines).anyMatch(line -> line.contains("rid:7 - Memory Exceeded: "));
        fixture.router.flush(0);
        fixture.router.routes().onClosed(route, CloseReason.CLIENT_CLOSED);
        assertThat(fixture.router.subscriptionCount()).isEqualTo(2);
        assertThat(route.peer.debtor.bytes(Debt.Store.HEAP)).isZero();
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        fixture.router.flush(0);
        assertThat(fixture.router.ledger().bytes(Debt.INTEREST)).isZero();
        assertThat(fixture.router.ledger().bytes(Debt.INDEX)).isZero();
    }
}

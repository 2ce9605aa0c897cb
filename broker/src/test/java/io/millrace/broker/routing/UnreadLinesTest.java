package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolError;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** What the server says to a client that doesn't read: counted, bounded, and nobody else's loss. */
class UnreadLinesTest {
    private static final long MAX_PENDING = 1024 * 1024;

    private final List<String> lines = new ArrayList<>();
    private final RouterFixture fixture =
            new RouterFixture(
                    ServerLog.to((level, text) -> lines.add(text), false, false),
                    new MemoryBounds(64 * 1024 * 1024, 64 * 1024 * 1024),
                    MAX_PENDING);
    private final NativeBlock memory = NativeBlock.allocate(64 * 1024);
    private final OutboundQueue queue = fixture.queue();
    private final Client client =
            fixture.connected(1, Account.GLOBAL, new RouterFixture.CountingPeer(), queue);

    @AfterEach
    void close() {
        fixture.close();
        memory.close();
    }

    private void say(String commands) {
        RouterFixture.say(fixture.router, client, new CommandParser(4096, 1024), commands, memory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PING\r\n", "SUB a..b 1\r\n", "SUB inbox 1\r\nPUB nobody inbox 0\r\n\r\n"})
    void shouldCloseClientThatDoesNotReadWhatItIsTold(String command) {
        String many = command.repeat(1000);
        for (int i = 0; i < 1000 && !client.peer.closing; i++) {
            say(many);
            fixture.router.flush(0);
        }
        assertThat(client.peer.closing).isTrue();
        assertThat(client.peer.closeReason).isEqualTo(CloseReason.SLOW_CONSUMER_PENDING_BYTES);
        assertThat(queue.pendingBytes()).isLessThan(MAX_PENDING + 4096);
        assertThat(client.peer.debtor.bytes(Debt.Store.NATIVE))
                .isLessThan(MAX_PENDING + 128 * 1024);
        assertThat(lines)
                .anyMatch(
                        line ->
                                line.endsWith(
                                        "Slow Consumer Detected: MaxPending of 1048576 Exceeded"));
        long pending = queue.pendingBytes();
        say(many);
        assertThat(queue.pendingBytes()).as("nothing more").isEqualTo(pending);
    }

    /** Longer than any chunk, as a name that is quoted four-fold may be. */
    @Test
    void shouldSayLinesOfAnyLength() {
        long before = queue.pendingBytes();
        for (int length : new int[] {4_087, 4_088, 4_089, 65_527, 65_528, 65_529, 300_000}) {
            String text = "x".repeat(length);
            fixture.outbox().refuse(client.peer, text);
            before += ProtocolError.line(text).length;
            assertThat(queue.pendingBytes()).isEqualTo(before);
        }
        fixture.router.flush(0);
        assertThat(client.peer.closing).isFalse();
    }

    /** Its connection fails in the middle of a flush, and nobody else notices. */
    @Test
    void shouldFlushTheOthersWhenOneCanNotBe() {
        RouterFixture.CountingPeer peer = new RouterFixture.CountingPeer();
        RouterFixture.CountingPeer broken =
                new RouterFixture.CountingPeer() {
                    @Override
                    public void flush() {
                        throw new IllegalStateException("broken");
                    }
                };
        Client one = fixture.connected(2, Account.GLOBAL, broken, fixture.queue());
        Client other = fixture.connected(3, Account.GLOBAL, peer, fixture.queue());
        fixture.router.flush(0);
        int before = peer.flushes;
        fixture.outbox().ok(one.peer);
        fixture.outbox().ok(other.peer);
        fixture.router.flush(0);
        assertThat(peer.flushes).isEqualTo(before + 1);
        assertThat(one.peer.closing).isTrue();
        assertThat(one.peer.closeReason).isEqualTo(CloseReason.SERVER_DEFECT);
        assertThat(other.peer.closing).isFalse();
    }

    @Test
    void shouldCloseWhoHasMostWaitingWhenThereIsTooMuchInAll() {
        RouterFixture small =
                new RouterFixture(
                        ServerLog.to((level, text) -> lines.add(text), false, false),
                        new MemoryBounds(64 * 1024 * 1024, 2 * 1024 * 1024),
                        8 * 1024 * 1024);
        try {
            OutboundQueue much = small.queue();
            Client greedy = small.connected(1, "$G", new RouterFixture.CountingPeer(), much);
            Client modest =
                    small.connected(2, "$G", new RouterFixture.CountingPeer(), small.queue());
            small.outbox().refuse(modest.peer, "x".repeat(500_000));
            small.outbox().refuse(greedy.peer, "x".repeat(1_000_000));
            small.router.flush(0);
            assertThat(greedy.peer.closing).isFalse();
            small.outbox().refuse(greedy.peer, "x".repeat(1_000_000));
            small.router.flush(0);
            assertThat(greedy.peer.closing).isTrue();
            assertThat(modest.peer.closing).isFalse();
            assertThat(lines).anyMatch(line -> line.contains("cid:1") && line.contains("Memory"));
            small.router.flush(0);
            assertThat(modest.peer.closing)
                    .as("what the other owed counts as given back")
                    .isFalse();
        } finally {
            small.close();
        }
    }
}

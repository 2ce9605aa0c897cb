package io.millrace.broker.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.ScarceMemory;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a service hears and says where memory is scarce. */
class ServiceMemoryTest {
    private static final byte[] NONE = {};

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);
    private final RouterFixture fixture = new RouterFixture(log);
    private final ScarceMemory memory = new ScarceMemory();
    private final List<CloseReason> closed = new ArrayList<>();
    private final ServicePeer peer =
            new ServicePeer(
                    "s",
                    -1,
                    new RouterFixture.CountingPeer() {
                        @Override
                        public void close(CloseReason reason) {
                            closed.add(reason);
                        }
                    },
                    memory.pool());
    private final Port port = new Port(peer, () -> {});
    private Client client;

    @BeforeEach
    void open() {
        fixture.router.services().onOpen(peer);
        client = fixture.connected(5, "$G", new RouterFixture.CountingPeer(), fixture.queue());
        port.subscribe("$G", "a");
        work();
    }

    @AfterEach
    void close() {
        port.flush();
        fixture.router.services().onClosed(peer);
        work();
        assertThat(peer.said().debtor().bytes(Debt.Store.NATIVE)).isZero();
        fixture.close();
    }

    private void work() {
        port.flush();
        while (fixture.router.workOff()) {
            fixture.router.flush(0);
        }
        fixture.router.flush(0);
    }

    private void publish(String payload) {
        say("PUB a " + payload.length() + "\r\n" + payload + "\r\n");
    }

    private void say(String command) {
        say(client, command);
    }

    private void say(Client from, String command) {
        try (NativeBlock bytes = NativeBlock.allocate(1 << 20)) {
            CommandParser parser = new CommandParser(4096, 1 << 20);
            RouterFixture.say(fixture.router, from, parser, command, bytes);
        }
        fixture.router.flush(0);
    }

    @Test
    void shouldMissTheMessageAloneThatThereIsNoMemoryFor() {
        publish("first");
        memory.left = 0;
        publish("x".repeat(300_000));
        publish("y".repeat(300_000));
        memory.left = Integer.MAX_VALUE;
        publish("last");
        assertThat(closed).isEmpty();
        assertThat(port.next()).isTrue();
        assertThat(port.message().payload()).asString().isEqualTo("first");
        assertThat(port.next()).isTrue();
        assertThat(port.message().payload()).asString().isEqualTo("last");
        assertThat(port.next()).isFalse();
        port.taken();
        assertThat(lines).filteredOn(line -> line.contains("no memory is left")).hasSize(1);
    }

    @Test
    void shouldRefuseWhatThereIsNoRoomFor() {
        MemoryBounds bounds = peer.said().debtor().ledger().bounds();
        assertThat(port.publish("$G", "b", "", NONE, new byte[1_000])).isTrue();
        long kept = peer.said().debtor().ledger().bytes(Debt.Store.NATIVE);
        peer.said().debtor().ledger().bound(new MemoryBounds(Long.MAX_VALUE, kept + 999));
        assertThat(port.publish("$G", "b", "", NONE, new byte[1_000])).isFalse();
        assertThat(port.publish("$G", "b", "", NONE, new byte[999])).isTrue();
        peer.said().debtor().ledger().bound(bounds);
        assertThat(port.publish("$G", "b", "", NONE, new byte[1_000])).isTrue();
    }

    @Test
    void shouldSayNothingOrAllOfIt() throws Exception {
        say("SUB b 1\r\n");
        long before = client.peer.outMessages;
        memory.left = 0;
        assertThat(port.publish("$G", "b", "", NONE, new byte[1_000_000])).isFalse();
        memory.left = Integer.MAX_VALUE;
        assertThat(port.publish("$G", "b", "", NONE, new byte[1_000])).isTrue();
        work();
        assertThat(client.peer.outMessages - before).isEqualTo(1);
        assertThat(client.peer.outBytes).isEqualTo(1_000);
        assertThat(lines).isEmpty();
    }

    /** Whoever asks too much is heard in part, and everybody else in full. */
    @Test
    void shouldKeepRoomForWhatOtherAccountsAsk() {
        fixture.account("B");
        port.subscribe(ServicePort.EVERY_ACCOUNT, "ask.*");
        work();
        say("PUB ask.a r 0\r\n\r\n".repeat(10_000));
        say("PUB ask.a r 100000\r\n" + "x".repeat(100_000) + "\r\n");
        Client other = fixture.connected(6, "B", new RouterFixture.CountingPeer(), fixture.queue());
        say(other, "PUB ask.b r 0\r\n\r\n");
        Map<String, Integer> heard = new HashMap<>();
        while (port.next()) {
            heard.merge(port.message().account(), 1, Integer::sum);
        }
        port.taken();
        assertThat(heard.get("B")).isEqualTo(1);
        assertThat(heard.get("$G")).isBetween(100, 4_000);
        say("PUB ask.a r 0\r\n\r\n");
        assertThat(port.next()).as("when all is taken").isTrue();
    }

    @Test
    void shouldNotHearItself() {
        assertThat(port.publish("$G", "a", "", NONE, new byte[1_000])).isTrue();
        publish("of a client");
        work();
        assertThat(port.next()).isTrue();
        assertThat(port.message().payload()).asString().isEqualTo("of a client");
        assertThat(port.next()).isFalse();
    }

    /** With what it says, too, which another thread gives back. */
    @Test
    void shouldOweAllThatIsKeptForIt() {
        long idle = peer.said().debtor().bytes(Debt.Store.NATIVE);
        assertThat(peer.messages().debtor()).isSameAs(peer.said().debtor());
        port.publish("$G", "b", "", NONE, new byte[100_000]);
        assertThat(peer.said().debtor().bytes(Debt.Store.NATIVE)).isGreaterThan(idle + 100_000);
        work();
        assertThat(peer.said().debtor().bytes(Debt.Store.NATIVE)).isEqualTo(idle);
    }
}

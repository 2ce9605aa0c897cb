package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.ProtocolError;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class RouterCloseTest {
    private final List<String> lines = new ArrayList<>();
    private final RouterFixture fixture =
            new RouterFixture(ServerLog.to((level, text) -> lines.add(text), true, false));
    private final Client client = fixture.client(new RouterFixture.CountingPeer());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldKeepTheReasonItClosedForWhenTheClientIsFasterToLeave() {
        fixture.router.clients().onOpen(client);
        fixture.router.onError(
                client.peer, ProtocolError.UNKNOWN_OPERATION, CloseReason.PROTOCOL_VIOLATION, "");
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        assertThat(lines.getLast()).endsWith("Client connection closed: Protocol Violation");
    }

    @Test
    void shouldTakeTheReasonOfTheLoopOtherwise() {
        fixture.router.clients().onOpen(client);
        fixture.router.clients().onClosed(client, CloseReason.READ_ERROR);
        assertThat(lines.getLast()).endsWith("Client connection closed: Read Error");
    }
}

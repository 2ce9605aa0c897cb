package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Two members as processes, one of which may be a nats-server, which get and lose accounts and what
 * those share: the one first, then the other.
 */
@Tag("thorough")
@DisabledOnOs(OS.WINDOWS)
@Timeout(180)
class MixedAccountReloadIT {
    @TempDir private Path folder;

    /** Each letter is a member: M of this server, N a nats-server. */
    @ParameterizedTest
    @ValueSource(strings = {"MM", "MN", "NM"})
    void shouldShareWhileClientsStay(String kinds) throws Exception {
        try (ConfiguredMembers members =
                ConfiguredMembers.start(folder, kinds, "", SharedAccounts.ALONE)) {
            members.awaitRoutes(Cluster.ROUTES);
            try (RawClient e = members.login(0, "e");
                    RawClient i = members.login(1, "i")) {
                e.send("SUB req.* 1\r\n");
                e.fence();
                i.send("SUB in.s.* 1\r\nSUB _INBOX.* 2\r\n");
                i.fence();
                for (int round = 0; round < 2; round++) {
                    reload(members, SharedAccounts.SHARING);
                    Interest.await(e, "s.a");
                    assertThat(RawMessage.read(i).subject()).isEqualTo("in.s.a");
                    Interest.await(i, "req.a");
                    assertThat(RawMessage.read(e).subject()).isEqualTo("req.a");
                    exchange(e, i);
                    reload(members, SharedAccounts.ALONE);
                    if (members.isOurs(1)) {
                        // A nats-server goes on telling of what it doesn't import any more.
                        Interest.awaitNone(e, "s.a");
                    }
                    Interest.awaitNone(i, "req.a");
                    i.fence();
                }
            }
        }
    }

    /** A stream's message from the one, a request from the other, and its answer. */
    private static void exchange(RawClient e, RawClient i) throws IOException {
        e.send("PUB s.b 1\r\n.\r\n");
        i.expect("MSG in.s.b 1 1\r\n.\r\n");
        i.send("PUB req.b _INBOX.1 1\r\n?\r\n");
        e.send("PUB " + RawMessage.read(e).reply() + " 1\r\n!\r\n");
        i.expect("MSG _INBOX.1 2 1\r\n!\r\n");
        i.fence();
    }

    private static void reload(ConfiguredMembers members, String rest) throws Exception {
        for (int k = 0; k < members.count(); k++) {
            members.reload(k, rest);
        }
    }

    /**
     * One that gets the accounts later has been told of them before. A nats-server forgets that,
     * and once it has lost accounts, clients of it can't ask others by those: so it isn't the one
     * here.
     */
    @ParameterizedTest
    @ValueSource(strings = {"MM", "MN"})
    void shouldKnowWhatWasToldOfAccountsThatItDidNotHave(String kinds) throws Exception {
        try (ConfiguredMembers members =
                ConfiguredMembers.start(folder, kinds, "", SharedAccounts.NONE)) {
            members.awaitRoutes(Cluster.ROUTES);
            members.reload(1, SharedAccounts.SHARING);
            try (RawClient e = members.login(1, "e");
                    RawClient i = members.login(1, "i")) {
                e.send("SUB req.* 1\r\n");
                e.fence();
                i.send("SUB in.s.* 1\r\nSUB _INBOX.* 2\r\n");
                i.fence();
                for (int round = 0; round < 2; round++) {
                    members.reload(0, SharedAccounts.SHARING);
                    try (RawClient here = members.login(0, "e");
                            RawClient asking = members.login(0, "i")) {
                        asking.send("SUB _INBOX.* 2\r\n");
                        asking.fence();
                        Interest.await(here, "s.a");
                        assertThat(RawMessage.read(i).subject()).isEqualTo("in.s.a");
                        Interest.await(asking, "req.a");
                        assertThat(RawMessage.read(e).subject()).isEqualTo("req.a");
                        here.send("PUB s.b 1\r\n.\r\n");
                        i.expect("MSG in.s.b 1 1\r\n.\r\n");
                        asking.send("PUB req.b _INBOX.1 1\r\n?\r\n");
                        e.send("PUB " + RawMessage.read(e).reply() + " 1\r\n!\r\n");
                        asking.expect("MSG _INBOX.1 2 1\r\n!\r\n");
                        i.expect("MSG _INBOX.1 2 1\r\n!\r\n");
                    }
                    members.reload(0, SharedAccounts.NONE);
                }
            }
        }
    }
}

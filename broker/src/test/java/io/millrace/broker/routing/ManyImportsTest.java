package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;

/** What a reload does for accounts that import very much. */
class ManyImportsTest {
    /** Freed here: who is late goes on for a while when the next test begins. */
    @Test
    @Timeout(20)
    void shouldLookOnceForWhatIsDifferentAmongManyImports() {
        try (RouterFixture fixture = new RouterFixture(ServerLog.discarding());
                NativeBlock memory = NativeBlock.allocate(4096)) {
            fixture.router.onAccounts(plans(0));
            Client client =
                    fixture.connected(1, "I", new RouterFixture.CountingPeer(), fixture.queue());
            CommandParser parser = new CommandParser(4096, 1024);
            for (int i = 0; i < 20_000; i++) {
                String command = "SUB a." + i + " " + i + "\r\n";
                RouterFixture.say(fixture.router, client, parser, command, memory);
            }
            fixture.router.onAccounts(plans(600));
            fixture.router.onAccounts(plans(601));
            fixture.router.onAccounts(plans(600));
            assertThat(client.account().streams).hasSize(600);
        }
    }

    @Test
    void shouldDoAReloadOfManySubscriptionsBitByBit() {
        try (RouterFixture fixture = new RouterFixture(ServerLog.discarding());
                NativeBlock memory = NativeBlock.allocate(4096)) {
            fixture.router.onAccounts(plans(0));
            Client client =
                    fixture.connected(1, "I", new RouterFixture.CountingPeer(), fixture.queue());
            CommandParser parser = new CommandParser(4096, 1024);
            for (int i = 0; i < 3_000; i++) {
                String command = "SUB x.* " + i + "\r\n";
                RouterFixture.say(fixture.router, client, parser, command, memory);
            }
            fixture.router.onAccounts(plans(1));
            assertThat(copies(fixture)).isBetween(1, 2_000);
            RouterFixture.say(fixture.router, client, parser, "SUB x.0 new\r\n", memory);
            workOff(fixture);
            assertThat(copies(fixture)).isEqualTo(3_001);
            fixture.router.onAccounts(plans(0));
            assertThat(copies(fixture)).isGreaterThan(1_000);
            Client publisher =
                    fixture.connected(2, "E", new RouterFixture.CountingPeer(), fixture.queue());
            long before = client.peer().outbound.pendingBytes();
            RouterFixture.say(fixture.router, publisher, parser, "PUB x.0 0\r\n\r\n", memory);
            assertThat(client.peer().outbound.pendingBytes()).isEqualTo(before);
            fixture.router.onAccounts(plans(1));
            fixture.router.onAccounts(plans(0));
            fixture.router.onAccounts(plans(1));
            workOff(fixture);
            assertThat(copies(fixture)).isEqualTo(3_001);
            fixture.router.onAccounts(plans(0));
            workOff(fixture);
            assertThat(copies(fixture)).isZero();
        }
    }

    private static int copies(RouterFixture fixture) {
        return fixture.router.account("E").orElseThrow().index.size();
    }

    private static void workOff(RouterFixture fixture) {
        while (fixture.router.workOff()) {
            // all of it
        }
    }

    private static List<AccountPlan> plans(int imports) {
        StringBuilder text =
                new StringBuilder("accounts { E { exports: [{stream: \"x.>\"}] }\nI {");
        text.append("imports: [\n");
        for (int i = 0; i < imports; i++) {
            text.append("{stream: {account: E, subject: \"x.%d\"}}\n".formatted(i));
        }
        OptionsBuilder options = new OptionsBuilder();
        Configured.into(options, text.append("] } }\n").toString());
        return options.conclude(1).auth().accounts().stream().map(AccountPlan::of).toList();
    }
}

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

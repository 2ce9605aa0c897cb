package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.process.FileKeys;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.start.StartOutcome;
import io.millrace.broker.log.ServerLog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A reload at the moment when somebody writes the file. */
@Timeout(60)
class EmptyReloadTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);

    private static Options options(String file) {
        OptionsBuilder options =
                new OptionsBuilder()
                        .host("127.0.0.1")
                        .port(-1)
                        .threading(Mode.INLINE)
                        .set(FileKeys.CONFIG_FILE, "c.conf");
        Configured.into(options, file);
        return options.conclude(2);
    }

    @Test
    void shouldNotLetEverybodyInWhenTheFileIsEmpty() throws Exception {
        Options accounts = options("accounts { A { users: [{user: a, password: x}] } }");
        Options nothing = options("# nothing yet\n");
        try (NatsServer server = NatsServer.start(accounts, ServerLog.discarding())) {
            Reload reload = new Reload(server, log, () -> new StartOutcome.Run(nothing, List.of()));
            assertThat(reload.run()).isEmpty();
            assertThat(lines)
                    .containsExactly(
                            "Failed to reload server configuration: the configuration file is"
                                    + " empty");
            assertThat(server.options()).isEqualTo(accounts);
        }
    }

    @Test
    void shouldTakeAnEmptyFileWhereItWasEmptyBefore() throws Exception {
        Options nothing = options("");
        try (NatsServer server = NatsServer.start(nothing, ServerLog.discarding())) {
            Reload reload = new Reload(server, log, () -> new StartOutcome.Run(nothing, List.of()));
            assertThat(reload.run()).isPresent();
        }
    }
}

package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.broker.config.process.FileKeys;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.start.StartOutcome;
import io.millrace.broker.log.ServerLog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A reload while the server closes, or behind that. */
@Timeout(60)
class LateReloadTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);

    /** A loop may end between what the router does for a reload and what the loops do. */
    @Test
    void shouldTellWhoReloadsThatTheServerHasClosedMeanwhile() throws Exception {
        Broker broker = Started.broker(Mode.DEDICATED, log);
        try {
            broker.threads().endLoops(Closing.PATIENCE);
            TakeOver late = new TakeOver(broker, Started.options(Mode.DEDICATED));
            assertThatIllegalStateException()
                    .isThrownBy(() -> late.run(Started::info))
                    .withMessage("the server is closed");
        } finally {
            broker.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLogThatAReloadCameTooLate(Mode mode) throws Exception {
        Options options =
                new OptionsBuilder()
                        .host("127.0.0.1")
                        .port(-1)
                        .threading(mode)
                        .set(FileKeys.CONFIG_FILE, "c.conf")
                        .conclude(2);
        NatsServer server = NatsServer.start(options, ServerLog.discarding());
        server.close();
        Reload late = new Reload(server, log, () -> new StartOutcome.Run(options, List.of()));
        assertThat(late.run()).isEmpty();
        assertThat(lines)
                .containsExactly("Failed to reload server configuration: the server is closed");
    }
}

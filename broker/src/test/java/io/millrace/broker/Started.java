package io.millrace.broker;

import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.ServerInfo;

import java.util.List;

/** Brokers for tests, on any free port of the loopback interface. */
final class Started {
    private Started() {}

    static Options options(Mode mode) {
        return new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode).conclude(2);
    }

    static Broker broker(Mode mode, ServerLog log) throws Exception {
        return Broker.start(
                options(mode),
                Started::info,
                log,
                Preparation.none(),
                new Listening("n", List.of(), log));
    }

    /** What clients are told by a server on that port. */
    static ServerInfo info(int port) {
        return new ServerInfo(
                "N",
                "n",
                "2",
                "0",
                "java",
                "127.0.0.1",
                port,
                1 << 20,
                true,
                false,
                false,
                false,
                false,
                "",
                List.of(),
                false);
    }
}

package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Servers for tests, and waiting for conditions. */
final class Modes {
    private static final long LIMIT_NS = Duration.ofSeconds(60).toNanos();

    private Modes() {}

    static NatsServer start(Mode mode) throws IOException {
        return start(mode, options -> {});
    }

    static NatsServer start(Mode mode, Consumer<OptionsBuilder> change) throws IOException {
        return builder(mode, change).start();
    }

    /** A server that logs, debug and trace lines included. */
    static NatsServer start(Mode mode, LogLines log, Consumer<OptionsBuilder> change)
            throws IOException {
        return builder(mode, change).log(log.verbose()).start();
    }

    private static NatsServer.Builder builder(Mode mode, Consumer<OptionsBuilder> change) {
        return NatsServer.builder()
                .port(0)
                .options(options -> options.threading(mode))
                .options(change);
    }

    static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    /** Waits for a condition; {@code what} is asked for when it hasn't come. */
    static void await(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 60 s: " + what.get());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}

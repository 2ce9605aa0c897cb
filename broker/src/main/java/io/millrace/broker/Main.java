package io.millrace.broker;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.start.CommandLine;
import io.millrace.broker.config.start.StartOutcome;
import io.millrace.broker.log.LibraryLog;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.process.Program;
import io.millrace.broker.process.SignalCommand;
import io.millrace.broker.process.SignalException;
import io.millrace.broker.process.Signals;
import io.millrace.broker.tool.MakePassword;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The executable. The only place that reads arguments, prints, takes signals and ends the JVM. */
public final class Main {
    /** What tools look for in our output. */
    private static final String PROGRAM = "nats-server";

    /** Held, so that the training run knows its class, too. */
    private static final Consumer<NatsServer> NOBODY_WAITS = _ -> {};

    private Main() {}

    /** Does what the command line says, and exits with its status. */
    public static void main(String[] args) {
        List<String> arguments = List.of(args);
        if (!arguments.isEmpty() && arguments.getFirst().equals("mkpasswd")) {
            System.exit(MakePassword.run(arguments.subList(1, arguments.size())));
        }
        System.exit(run(args, NOBODY_WAITS));
    }

    /**
     * Does what the command line says.
     *
     * @param whenReady called once clients can connect, if it says to run a server
     * @return the exit status
     */
    static int run(String[] args, Consumer<NatsServer> whenReady) {
        // First of all: before it, some signals would kill the JVM.
        Signals signals = Signals.install();
        LibraryLog.install();
        Preparation preparation = Preparation.beginAlone();
        Supplier<StartOutcome> reader = () -> read(args);
        StartOutcome outcome = reader.get();
        // Not among the others: the first switch over patterns takes the JVM milliseconds.
        return outcome instanceof StartOutcome.Run run
                ? serve(run, signals, reader, preparation, whenReady)
                : answer(outcome);
    }

    private static int answer(StartOutcome outcome) {
        return switch (outcome) {
            case StartOutcome.Print print -> {
                System.out.println(print.text());
                yield 0;
            }
            case StartOutcome.Report report -> {
                System.err.println(report.text());
                yield report.exitStatus();
            }
            case StartOutcome.Signal signal -> signal(signal.value());
            case StartOutcome.Run _ -> throw new IllegalArgumentException("a server is to run");
        };
    }

    private static StartOutcome read(String[] args) {
        return new CommandLine(PROGRAM, version())
                .read(
                        List.of(args),
                        ConfigSource.ofSystem(System.getenv()),
                        Runtime.getRuntime().availableProcessors());
    }

    private static String version() {
        return Version.FEATURE_LEVEL + " (Millrace " + Version.MILLRACE + ")";
    }

    private static int serve(
            StartOutcome.Run run,
            Signals signals,
            Supplier<StartOutcome> reader,
            Preparation preparation,
            Consumer<NatsServer> whenReady) {
        ServerLog log;
        try {
            log = ServerLog.open(run.options().log(), Program.name());
        } catch (IOException e) {
            System.err.println(PROGRAM + ": " + e.getMessage());
            return 1;
        }
        preparation.await();
        return new Executable(run.options(), log, reader).run(run.warnings(), signals, whenReady);
    }

    private static int signal(String value) {
        try {
            SignalCommand.parse(value).send();
            return 0;
        } catch (SignalException e) {
            System.err.println(PROGRAM + ": " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}

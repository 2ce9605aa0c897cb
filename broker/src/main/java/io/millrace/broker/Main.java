package io.millrace.broker;

import io.millrace.broker.config.Options;
import io.millrace.broker.config.OptionsBuilder;
import io.millrace.broker.log.LibraryLog;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.process.Program;
import io.millrace.broker.process.Signals;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** The executable. */
public final class Main {
    private Main() {}

    /** Runs the server as the command line says, and exits with its status. */
    public static void main(String[] args) {
        System.exit(run(args, server -> {}));
    }

    static int run(String[] args, Consumer<NatsServer> whenReady) {
        Signals signals = Signals.install();
        LibraryLog.install();
        OptionsBuilder b = new OptionsBuilder();
        for (int i = 0; i < args.length; i += 2) {
            switch (args[i]) {
                case "-a" -> b.host(args[i + 1]);
                case "-p" -> b.port(Integer.parseInt(args[i + 1]));
                case "-l" -> b.logFile(args[i + 1]);
                case "--threading" ->
                        b.threading(
                                io.millrace.broker.config.ThreadingOptions.Mode.valueOf(
                                        args[i + 1].toUpperCase()));
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
        Options options = b.conclude(Runtime.getRuntime().availableProcessors());
        try {
            return new Executable(options, ServerLog.open(options.log(), Program.name()))
                    .run(List.of(), signals, whenReady);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }
}

package io.millrace.broker.process;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The other processes that {@code --signal} can reach. */
interface ServerProcesses {
    /** Pids of the running servers without this process, ascending. */
    List<Long> servers();

    /**
     * Sends a signal.
     *
     * @param signal POSIX's name without SIG
     * @return nothing if it was sent, else the reason in the operating system's words
     */
    Optional<String> send(long pid, String signal) throws InterruptedException;

    /** The processes of this machine. */
    static ServerProcesses ofThisMachine() {
        return new LocalProcesses();
    }

    /** Whether that command line is a server's: our {@code Main}, or a program of a known name. */
    static boolean isServer(String command, Stream<String> arguments) {
        Set<String> programs = Set.of("nats-server", "millrace");
        String name = command.substring(command.lastIndexOf('/') + 1);
        return programs.contains(name) || arguments.anyMatch("io.millrace.broker.Main"::equals);
    }
}

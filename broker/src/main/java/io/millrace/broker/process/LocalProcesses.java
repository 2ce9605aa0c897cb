package io.millrace.broker.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * This machine's processes, found through {@link ProcessHandle} (the reference asks {@code pgrep},
 * which cannot tell our JVM from another).
 */
final class LocalProcesses implements ServerProcesses {
    @Override
    public List<Long> servers() {
        long self = ProcessHandle.current().pid();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> process.pid() != self && isServer(process.info()))
                    .map(ProcessHandle::pid)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isServer(ProcessHandle.Info info) {
        return info.command().isPresent()
                && ServerProcesses.isServer(
                        info.command().get(), Stream.of(info.arguments().orElse(new String[0])));
    }

    /**
     * Sends through the shell's own {@code kill}: images without a {@code kill} program have it.
     */
    @Override
    public Optional<String> send(long pid, String signal) throws InterruptedException {
        try {
            Process kill =
                    new ProcessBuilder(
                                    "sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid))
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return kill.waitFor() == 0 ? Optional.empty() : Optional.of(reason(output));
        } catch (IOException e) {
            return Optional.of("no shell to send it with: " + e.getMessage());
        }
    }

    /** {@code sh: 1: kill: No such process} to {@code no such process}, as Go says it. */
    private static String reason(String output) {
        String line = output.strip();
        return line.substring(line.lastIndexOf(": ") + 1).strip().toLowerCase(Locale.ROOT);
    }
}

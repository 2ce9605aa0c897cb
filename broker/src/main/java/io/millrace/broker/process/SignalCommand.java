package io.millrace.broker.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * {@code --signal COMMAND[=PID]}: sends a signal to a running server.
 *
 * <p>The pid may be given as a number, as a number ending in {@code *} for every server whose pid
 * begins so ({@code *} alone for all), or as the name of a pid file. Without one there must be just
 * one server on this machine. Commands and error texts are the reference's.
 *
 * @param command {@code stop}, {@code quit}, {@code term}, {@code reopen}, {@code reload} or {@code
 *     ldm}; others are refused when run, as the reference does
 * @param pid the pid or its pattern; empty if not given
 */
public record SignalCommand(String command, String pid) {
    private static final Map<String, String> SIGNALS =
            Map.of(
                    "stop", "KILL",
                    "quit", "INT",
                    "term", "TERM",
                    "reopen", "USR1",
                    "reload", "HUP",
                    "ldm", "USR2");

    /** The name that the reference's texts carry and that harnesses look for. */
    private static final String SERVER = "nats-server";

    /**
     * Reads the flag's value, and the pid file if it names one.
     *
     * @throws SignalException if there is more than one {@code =}, or the pid is the path of a file
     *     that can't be read
     */
    public static SignalCommand parse(String value) throws SignalException {
        List<String> parts = List.of(value.split("=", -1));
        if (parts.size() > 2) {
            String rest = String.join(" ", parts.subList(2, parts.size()));
            throw new SignalException("invalid signal parameters: [" + rest + "]");
        }
        return new SignalCommand(
                parts.getFirst(), parts.size() == 1 ? "" : contentOrName(parts.getLast()));
    }

    private static String contentOrName(String pid) throws SignalException {
        try {
            return Files.readString(Path.of(pid)).strip();
        } catch (IOException e) {
            if (pid.indexOf('/') < 0) {
                return pid;
            }
            throw new SignalException(
                    "invalid pid: " + pid + ": " + ProcessFile.reason(Path.of(pid), e));
        } catch (InvalidPathException e) {
            return pid;
        }
    }

    /**
     * Sends the signal.
     *
     * @throws SignalException if the pid is none, no server or more than one matches, the command
     *     is unknown, or a signal could not be sent; one line for each
     */
    public void send() throws SignalException, InterruptedException {
        send(ServerProcesses.ofThisMachine());
    }

    void send(ServerProcesses processes) throws SignalException, InterruptedException {
        String signal = SIGNALS.get(command);
        if (signal == null) {
            throw new SignalException(
                    "unknown signal \""
                            + command
                            + "\"; it must be one of "
                            + String.join(", ", new TreeSet<>(SIGNALS.keySet())));
        }
        boolean pattern = pid.endsWith("*");
        String number = pattern ? pid.substring(0, pid.length() - 1) : pid;
        Optional<Long> given = number.isEmpty() ? Optional.empty() : Optional.of(pidOf(number));
        List<Long> candidates =
                given.isPresent() && !pattern ? List.of(given.get()) : processes.servers();
        if (candidates.size() > 1 && !pattern) {
            throw new SignalException(
                    lines("multiple " + SERVER + " processes running:", candidates));
        }
        if (candidates.isEmpty()) {
            throw new SignalException("no " + SERVER + " processes running");
        }
        sendToEach(processes, candidates, pattern ? number : "", signal);
    }

    private void sendToEach(
            ServerProcesses processes, List<Long> candidates, String prefix, String signal)
            throws SignalException, InterruptedException {
        StringBuilder errors = new StringBuilder();
        for (long candidate : candidates) {
            if (Long.toString(candidate).startsWith(prefix)) {
                processes
                        .send(candidate, signal)
                        .ifPresent(reason -> appendError(errors, candidate, reason));
            }
        }
        if (!errors.isEmpty()) {
            throw new SignalException(errors.toString());
        }
    }

    private void appendError(StringBuilder errors, long pid, String reason) {
        errors.append("\nsignal \"").append(command).append("\" ").append(pid);
        errors.append(": ").append(reason);
    }

    /** Zero and negative numbers, which would signal whole process groups, are refused too. */
    private static long pidOf(String number) throws SignalException {
        try {
            int pid = Integer.parseInt(number);
            if (pid > 0) {
                return pid;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new SignalException("invalid pid: " + number);
    }

    private static String lines(String first, List<Long> pids) {
        StringBuilder text = new StringBuilder(first);
        pids.forEach(pid -> text.append('\n').append(pid));
        return text.toString();
    }
}

package io.millrace.broker.monitor;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The endpoints about threads; neither asks the routing thread, which may be what hangs. */
final class Threads {
    /** Threads that are listed. */
    private static final int MAX_THREADS = 1024;

    /**
     * A thread.
     *
     * @param cpuNs processor time so far; -1 if the JVM doesn't know
     */
    private record Row(String name, long id, String state, long cpuNs) {}

    private final Monitored server;

    Threads(Monitored server) {
        this.server = server;
    }

    /** {@code /threadz}: what each thread has done and does, and what waits for it. */
    Reply threadz(Query query) throws BadQueryException, InterruptedException {
        List<Row> rows = rows();
        List<Integer> tasks = server.ioTasks();
        return JsonOut.object(
                out ->
                        out.field("threading", threading())
                                .object(
                                        "ring",
                                        ring ->
                                                ring.field("waiting", server.ringWaiting())
                                                        .field("capacity", server.ringCapacity()))
                                .objects(
                                        "io_loops",
                                        tasks,
                                        (each, waiting) -> each.field("waiting", waiting))
                                .objects(
                                        "threads",
                                        rows,
                                        (each, row) ->
                                                each.field("name", row.name)
                                                        .field("id", row.id)
                                                        .field("state", row.state)
                                                        .field("cpu_ns", row.cpuNs)));
    }

    private String threading() {
        return server.options().threading().mode().name().toLowerCase(Locale.ROOT);
    }

    private static List<Row> rows() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        boolean timed = threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
        List<Row> rows = new ArrayList<>();
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && rows.size() < MAX_THREADS) {
                long id = info.getThreadId();
                rows.add(
                        new Row(
                                info.getThreadName(),
                                id,
                                info.getThreadState().name(),
                                timed ? threads.getThreadCpuTime(id) : -1));
            }
        }
        rows.sort(Comparator.comparingLong(Row::cpuNs).reversed());
        return rows;
    }

    /** {@code /stacksz}: where each thread is. */
    Reply stacksz(Query query) {
        StringBuilder text = new StringBuilder();
        Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
        stacks.keySet().stream()
                .sorted(Comparator.comparingLong(Thread::threadId))
                .limit(MAX_THREADS)
                .forEach(thread -> append(text, thread, stacks.get(thread)));
        return Reply.text(200, text.toString());
    }

    private static void append(StringBuilder text, Thread thread, StackTraceElement[] stack) {
        text.append('"').append(thread.getName()).append("\" #").append(thread.threadId());
        text.append(' ').append(thread.getState()).append('\n');
        for (StackTraceElement element : stack) {
            text.append("    at ").append(element).append('\n');
        }
        text.append('\n');
    }
}

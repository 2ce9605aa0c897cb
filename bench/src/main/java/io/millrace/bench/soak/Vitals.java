package io.millrace.bench.soak;

import io.millrace.bench.compare.ServerUnderTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a server takes up.
 *
 * @param heapKib what is alive on the heap
 * @param descriptors open file descriptors
 * @param threads threads of the system
 * @param residentKib resident memory
 */
record Vitals(long heapKib, long descriptors, long threads, long residentKib) {
    private static final int LIMIT_S = 60;

    private static final Pattern ALIVE = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    /** Gaps that the collector left; they come and go. */
    private static final Pattern GAPS =
            Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +\\S*FillerElement");

    /** Looks at a server; it collects its garbage for that. */
    static Vitals of(ServerUnderTest server) throws IOException, InterruptedException {
        long pid = server.process().pid();
        Path proc = Path.of("/proc/" + pid);
        String histogram = jcmd(pid, "GC.class_histogram");
        long heap = (number(ALIVE, histogram) - number(GAPS, histogram)) / 1024;
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"));
                Stream<Path> threads = Files.list(proc.resolve("task"))) {
            return new Vitals(heap, descriptors.count(), threads.count(), server.residentKib());
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process =
                new ProcessBuilder(jcmd.toString(), "" + pid, command)
                        .redirectErrorStream(true)
                        .start();
        // Its output ends with it, however it ends.
        CompletableFuture.delayedExecutor(LIMIT_S, TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        String answer = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("jcmd " + command + ": " + answer);
        }
        return answer;
    }

    @Override
    public String toString() {
        return "heap %,d KiB, %d descriptors, %d threads, resident %,d KiB"
                .formatted(heapKib, descriptors, threads, residentKib);
    }
}

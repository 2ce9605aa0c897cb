package io.millrace.bench.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JVM that has just begun, in which servers start and stop one after the other.
 *
 * @param readyMs from exec of the JVM until clients can connect to the first server
 * @param startsMs from each call that starts a server to its return, the first one first
 * @param stopsMs the same of the calls that close it
 */
record GuestLife(double readyMs, List<Double> startsMs, List<Double> stopsMs) {
    private static final double NS_PER_MS = 1e6;

    /**
     * Lives it.
     *
     * @param java the JVM's executable
     * @param classPath of {@link Guest} and a server
     * @param more servers after the first
     */
    static GuestLife of(String java, String classPath, int more)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(java, "-cp", classPath, Guest.class.getName(), "" + more)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        // A flag would be told by these.
        Map<String, String> environment = builder.environment();
        environment.remove("JAVA_TOOL_OPTIONS");
        environment.remove("JDK_JAVA_OPTIONS");
        long beginNs = System.nanoTime();
        Process process = builder.start();
        try (BufferedReader told = process.inputReader()) {
            if (!Guest.READY.equals(told.readLine())) {
                throw new IOException("no server starts in " + java + " -cp " + classPath);
            }
            double readyMs = (System.nanoTime() - beginNs) / NS_PER_MS;
            List<Double> starts = new ArrayList<>();
            List<Double> stops = new ArrayList<>();
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                String[] ns = line.split(" ");
                starts.add(Long.parseLong(ns[0]) / NS_PER_MS);
                stops.add(Long.parseLong(ns[1]) / NS_PER_MS);
            }
            if (process.waitFor() != 0 || starts.size() != 1 + more) {
                throw new IOException("it failed after " + starts.size() + " servers");
            }
            return new GuestLife(readyMs, starts, stops);
        } finally {
            process.destroyForcibly();
        }
    }
}

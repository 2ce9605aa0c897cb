package io.millrace.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time of processes, as the system counts it: in hundredths of a second. */
final class ProcessorTime {
    private static final double TICKS_PER_SECOND = 100;

    // Fields of /proc/PID/stat behind the name in parentheses.
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int CHILDRENS_USER_TICKS = 13;
    private static final int CHILDRENS_SYSTEM_TICKS = 14;

    private ProcessorTime() {}

    /** What a process has used so far, in seconds. */
    static double ofProcess(long pid) throws IOException {
        return seconds("" + pid, USER_TICKS, SYSTEM_TICKS);
    }

    /** What this process has used so far, and those that it started and that have ended. */
    static double ofThisAndEnded() throws IOException {
        return seconds(
                "self", USER_TICKS, SYSTEM_TICKS, CHILDRENS_USER_TICKS, CHILDRENS_SYSTEM_TICKS);
    }

    private static double seconds(String process, int... numbers) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int number : numbers) {
            ticks += Long.parseLong(fields[number]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}

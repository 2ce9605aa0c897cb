package io.millrace.broker.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The memory that this process was given: the container's, or else the machine's. */
public final class GivenMemory {
    /** Where nothing can be found out. */
    private static final long UNKNOWN_BYTES = 1024L * 1024 * 1024;

    // A line of what the machine tells of its memory.
    private static final String TOTAL = "MemTotal:";
    private static final String UNIT = "kB";

    private final Path root;

    private GivenMemory(Path root) {
        this.root = root;
    }

    /** Bytes of memory that this process may use. */
    public static long bytes() {
        return new GivenMemory(Path.of("/")).find();
    }

    /** As it would be with another root of the file system. */
    static long bytes(Path root) {
        return new GivenMemory(root).find();
    }

    private long find() {
        long least = machine();
        for (Path limit : limits()) {
            least = Math.min(least, read(limit));
        }
        return least;
    }

    private long machine() {
        try (BufferedReader lines = Files.newBufferedReader(root.resolve("proc/meminfo"))) {
            // It is the first of many.
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(TOTAL) && line.endsWith(UNIT)) {
                    String number = line.substring(TOTAL.length(), line.length() - UNIT.length());
                    return 1024 * Long.parseLong(number.strip());
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No Linux: the JVM may know.
        }
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : UNKNOWN_BYTES;
    }

    /** The control groups' limits, of version 2 and 1, of this one and those around it. */
    private Set<Path> limits() {
        Set<Path> files = new LinkedHashSet<>();
        try {
            for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
                // hierarchy:controllers:path
                String[] parts = line.split(":", 3);
                if (parts.length == 3 && parts[1].isEmpty()) {
                    addWithParents(files, "sys/fs/cgroup", parts[2], "memory.max");
                } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                    addWithParents(
                            files, "sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes");
                }
            }
        } catch (IOException e) {
            // No control groups.
        }
        return files;
    }

    private void addWithParents(Set<Path> files, String mount, String path, String file) {
        Path top = root.resolve(mount);
        Path group = top.resolve(path.replaceFirst("^/+", "")).normalize();
        while (group.startsWith(top)) {
            files.add(group.resolve(file));
            group = group.getParent();
        }
        files.add(top.resolve(file));
    }

    /** A limit; the largest number where there is none. */
    private static long read(Path limit) {
        try {
            return Long.parseLong(Files.readString(limit).strip());
        } catch (IOException | NumberFormatException e) {
            // There is no such file, or it says max.
            return Long.MAX_VALUE;
        }
    }
}

package io.millrace.bench.siege;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs sieges; see {@code bench/bin/siege}. */
public final class Besiege {
    private Besiege() {}

    /**
     * Runs them.
     *
     * @param args minutes, 0 for each siege once; the launcher; which sieges, by the beginning of
     *     their names; {@code inline} or {@code dedicated}; MiB of heap and of native memory;
     *     seconds of each siege
     */
    public static void main(String[] args) throws Exception {
        double minutes = Double.parseDouble(args[0]);
        Path launcher = Path.of(args[1]);
        String only = args[2];
        double seconds = Double.parseDouble(args[6]);
        Bounds bounds = new Bounds(Integer.parseInt(args[4]), Integer.parseInt(args[5]));
        List<Siege> sieges =
                Sieges.all().stream().filter(each -> each.name().startsWith(only)).toList();
        if (sieges.isEmpty()) {
            System.err.println("siege: there is none of the name " + only);
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("millrace-siege");
        Certificate.make(folder);
        Arena arena = new Arena(launcher, folder, args[3], bounds);
        List<String> faults =
                minutes > 0
                        ? new Campaign(arena, minutes, seconds).run(sieges)
                        : once(arena, sieges, seconds);
        System.out.println(
                faults.isEmpty()
                        ? "siege: withstood"
                        : "siege: failed; what a JVM that died has left is in "
                                + folder
                                + "\n  "
                                + String.join("\n  ", faults));
        if (faults.isEmpty()) {
            delete(folder);
        }
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static List<String> once(Arena arena, List<Siege> sieges, double seconds)
            throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        try (arena) {
            for (Siege siege : sieges) {
                Verdict verdict = arena.run(siege, seconds);
                System.out.println(verdict);
                verdict.faults().forEach(fault -> faults.add(siege.name() + ": " + fault));
            }
            faults.addAll(arena.end());
        }
        return faults;
    }
}

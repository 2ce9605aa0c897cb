import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes into a jar which of its classes the start of a server needs, in order, behind those that
 * its end needs: a start that knows them loads them from the last on, while there is time. Part of
 * the build, run from its source in a JVM that has the jar on its class path and logs which classes
 * it loads.
 */
final class StartClasses {
    private static final String LIST = "/io/millrace/broker/start-classes";
    private static final Pattern LOADED = Pattern.compile("(io\\.millrace\\.\\S+) source: file:");

    private StartClasses() {}

    /**
     * Does it, in place.
     *
     * @param args the jar, and the file that the JVM logs to
     */
    public static void main(String[] args) throws Exception {
        Path log = Path.of(args[1]);
        AutoCloseable server = start();
        List<String> starting = loaded(log);
        server.close();
        // Those of the end come first: they are needed last, and the last is loaded first.
        List<String> names = new ArrayList<>(loaded(log));
        names.removeAll(Set.copyOf(starting));
        names.addAll(starting);
        if (starting.isEmpty()) {
            throw new IllegalStateException("a start needs no class of " + args[0]);
        }
        write(Path.of(args[0]), names);
    }

    private static List<String> loaded(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.flatMap(line -> LOADED.matcher(line).results())
                    .map(found -> found.group(1))
                    .distinct()
                    .toList();
        }
    }

    /** Not compiled against the server: it is on the class path of the JVM alone. */
    private static AutoCloseable start() throws Exception {
        Object builder =
                Class.forName("io.millrace.broker.NatsServer").getMethod("builder").invoke(null);
        Class<?> type = builder.getClass();
        type.getMethod("port", int.class).invoke(builder, 0);
        return (AutoCloseable) type.getMethod("start").invoke(builder);
    }

    private static void write(Path jar, List<String> names) throws IOException {
        URI uri = URI.create("jar:" + jar.toUri());
        try (FileSystem inside = FileSystems.newFileSystem(uri, Map.of())) {
            Path list = inside.getPath(LIST);
            Files.write(list, names);
            Files.setLastModifiedTime(
                    list, Files.getLastModifiedTime(inside.getPath("META-INF/MANIFEST.MF")));
        }
    }
}

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the one jar of the distribution from the server's and those of its libraries, and lays the
 * libraries' native code beside it. Part of the build, run from its source.
 *
 * <p>For each jar of its class path a JVM opens a file, parses a manifest and makes a protection
 * domain when the first class comes from it, even if that comes from the AOT cache: with 27 jars
 * that is a seventh of the server's start. Native code in a jar is unpacked to the temporary folder
 * at each start; beside it, it is loaded from where it is.
 *
 * <p>Nothing is left out but what makes no sense in one jar: manifests, indexes, module
 * descriptors, signatures of single jars, and variants of a class for an older JVM than ours.
 * Licences keep the name of their jar.
 */
final class OneJar {
    private static final String META = "META-INF/";
    private static final String NATIVE = META + "native/";
    private static final Runtime.Version LEAST_JAVA = Runtime.Version.parse("25");

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Manifest manifest = new Manifest();

    /** Keeps of the server's manifest what to start and which version it is. */
    private OneJar(Path server) throws IOException {
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (JarFile jar = new JarFile(server.toFile())) {
            jar.getManifest()
                    .getMainAttributes()
                    .forEach(
                            (name, value) -> {
                                if (name.equals(Attributes.Name.MAIN_CLASS)
                                        || name.toString().startsWith("Implementation-")) {
                                    main.put(name, value);
                                }
                            });
        }
    }

    /**
     * Makes it.
     *
     * @param args the folder for the result, the time of its entries, the server's jar, and a class
     *     path, of which all jars are its libraries
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        Path server = Path.of(args[2]);
        OneJar jar = new OneJar(server);
        jar.add(server);
        List<Path> libraries =
                Stream.of(args[3].split(File.pathSeparator))
                        .filter(each -> each.endsWith(".jar"))
                        .map(Path::of)
                        .sorted(Comparator.comparing(Path::getFileName))
                        .toList();
        for (Path library : libraries) {
            jar.add(library);
        }
        jar.write(folder.resolve("millrace-broker.jar"), Instant.parse(args[1]));
        jar.layOutNativeCode(folder);
    }

    private void add(Path file) throws IOException {
        String name = file.getFileName().toString();
        try (JarFile jar = new JarFile(file.toFile(), false, JarFile.OPEN_READ, LEAST_JAVA)) {
            List<JarEntry> all = jar.versionedStream().toList();
            for (JarEntry entry : all) {
                if (!entry.isDirectory()) {
                    add(name, entry.getName(), jar.getInputStream(entry).readAllBytes());
                }
            }
        }
    }

    private void add(String jar, String entry, byte[] content) throws IOException {
        if (entry.equals(JarFile.MANIFEST_NAME)
                || entry.equals(META + "INDEX.LIST")
                || entry.endsWith("module-info.class")
                || entry.matches(META + "[^/]*\\.(SF|RSA|DSA|EC)")) {
            return;
        }
        if (entry.matches(META + "(services/.*|io\\.netty\\.versions\\.properties)")) {
            entries.merge(entry, content, OneJar::lines);
            return;
        }
        String name =
                entry.matches(META + "[^/]*")
                        ? META + "of/" + jar + entry.substring(META.length() - 1)
                        : entry;
        byte[] before = entries.putIfAbsent(name, content);
        if (before != null && !Arrays.equals(before, content)) {
            throw new IOException("two jars have " + entry + "; one is " + jar);
        }
    }

    private static byte[] lines(byte[] before, byte[] more) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(before);
        both.write('\n');
        both.writeBytes(more);
        return both.toByteArray();
    }

    /** Not compressed, so that a class or a resource that the AOT cache lacks is read at once. */
    private void write(Path file, Instant time) throws IOException {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        manifest.write(first);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, JarFile.MANIFEST_NAME, first.toByteArray(), time);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(zip, entry.getKey(), entry.getValue(), time);
            }
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content, Instant time)
            throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(time.atOffset(ZoneOffset.UTC).toLocalDateTime());
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        entry.setSize(content.length);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private void layOutNativeCode(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            String name = entry.getKey();
            if (name.startsWith(NATIVE) && name.endsWith(".so")) {
                Files.write(folder.resolve(name.substring(NATIVE.length())), entry.getValue());
            }
        }
    }
}

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import javax.xml.parsers.DocumentBuilderFactory;

/**
 * Looks whether what a module publishes is what Maven Central asks for, and nothing besides.
 * Signatures are for whoever releases, so there are none yet.
 */
class PublishCheck {
    private static final String GROUP = "io.millrace";

    private final List<String> problems = new ArrayList<>();
    private final Element root;
    private final Element pom;

    private PublishCheck(Path rootPom, Path modulePom) throws Exception {
        root = read(rootPom);
        pom = read(modulePom);
    }

    /**
     * Checks one.
     *
     * @param args the POM of all modules and of this one; where its files and its classes of tests
     *     are; its version; whether it isn't published; and its effective URLs, four of them
     */
    public static void main(String[] args) throws Exception {
        Path rootPom = Path.of(args[0]);
        Path modulePom = Path.of(args[1]);
        PublishCheck check = new PublishCheck(rootPom, modulePom);
        if (!Boolean.parseBoolean(args[5])) {
            check.describes(check.pom, check.root);
            for (int i = 6; i < args.length; i++) {
                check.hold(
                        args[i].endsWith("millrace/millrace") || args[i].endsWith("millrace.git"),
                        "its effective URL is " + args[i]);
            }
            check.files(Path.of(args[2]), args[4], Path.of(args[3]));
        }
        if (Files.isSameFile(rootPom, modulePom)) {
            check.bom(rootPom.getParent());
        }
        if (!check.problems.isEmpty()) {
            check.problems.forEach(
                    problem -> System.err.println(check.artifact() + ": " + problem));
            System.exit(1);
        }
    }

    private void hold(boolean condition, String problem) {
        if (!condition) {
            problems.add(problem);
        }
    }

    // --- POMs

    private static Element read(Path pom) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(pom.toFile())
                .getDocumentElement();
    }

    private static List<Element> children(Element of, String name) {
        List<Element> found = new ArrayList<>();
        NodeList all = of.getChildNodes();
        for (int i = 0; i < all.getLength(); i++) {
            Node each = all.item(i);
            if (each instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    /** The text at a path of names; empty if there is none. */
    private static String text(Element of, String... path) {
        Element at = of;
        for (String name : path) {
            List<Element> next = children(at, name);
            if (next.isEmpty()) {
                return "";
            }
            at = next.getFirst();
        }
        return at.getTextContent().strip();
    }

    private String artifact() {
        return text(pom, "artifactId");
    }

    private static boolean isJar(Element pom) {
        return text(pom, "packaging").isEmpty() || text(pom, "packaging").equals("jar");
    }

    /**
     * Whether a POM, or that from which it inherits, says all that has to be said of an artifact.
     */
    private void describes(Element of, Element inherited) {
        for (String own : List.of("name", "description")) {
            hold(!text(of, own).isEmpty(), text(of, "artifactId") + " has no " + own);
        }
        for (String path :
                List.of(
                        "url",
                        "licenses license name",
                        "licenses license url",
                        "developers developer name",
                        "scm connection",
                        "scm developerConnection",
                        "scm url")) {
            String[] names = path.split(" ");
            hold(
                    !text(of, names).isEmpty() || !text(inherited, names).isEmpty(),
                    text(of, "artifactId") + " has no " + path);
        }
        for (String unwanted :
                List.of("repositories", "pluginRepositories", "distributionManagement")) {
            hold(children(of, unwanted).isEmpty(), text(of, "artifactId") + " has " + unwanted);
        }
        NodeList dependencies = of.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element each = (Element) dependencies.item(i);
            String name = text(each, "groupId") + ":" + text(each, "artifactId");
            hold(!text(each, "scope").equals("system"), "it has " + name + " of a file");
            hold(
                    text(each, "groupId").equals(GROUP)
                            || !text(each, "version").contains("SNAPSHOT"),
                    "it has a snapshot of " + name);
        }
    }

    /** The BOM inherits nothing, so it says all itself, and of every jar that is published. */
    private void bom(Path folder) throws Exception {
        Set<String> published = new TreeSet<>();
        Element bom = null;
        for (Element module : children(children(root, "modules").getFirst(), "module")) {
            Element each = read(folder.resolve(module.getTextContent().strip()).resolve("pom.xml"));
            if (!isJar(each)) {
                bom = each;
            } else if (!text(each, "properties", "maven.deploy.skip").equals("true")) {
                published.add(text(each, "artifactId"));
            }
        }
        if (bom == null) {
            problems.add("there is no BOM");
            return;
        }
        describes(bom, bom);
        hold(text(bom, "version").equals(text(root, "version")), "the BOM is of another version");
        Set<String> listed = new TreeSet<>();
        Element managed =
                children(children(bom, "dependencyManagement").getFirst(), "dependencies")
                        .getFirst();
        children(managed, "dependency").forEach(each -> listed.add(text(each, "artifactId")));
        hold(listed.equals(published), "the BOM has " + listed + " of " + published);
    }

    // --- files

    private void files(Path folder, String version, Path testClasses) throws IOException {
        Set<String> expected =
                isJar(pom)
                        ? new TreeSet<>(Set.of(".jar", "-sources.jar", "-javadoc.jar"))
                        : Set.of();
        Set<String> found = new TreeSet<>();
        String start = artifact() + "-" + version;
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.startsWith(start) && name.endsWith(".jar")) {
                        String kind = name.substring(start.length());
                        found.add(kind);
                        holds(file, kind, testClasses);
                    }
                }
            }
        }
        hold(
                found.equals(expected),
                "it publishes "
                        + found
                        + " instead of "
                        + expected
                        + ", unless some are of an earlier build");
    }

    private void holds(Path file, String kind, Path testClasses) throws IOException {
        switch (kind) {
            case "-sources.jar" ->
                    hold(
                            entries(file).anyMatch(name -> name.endsWith(".java")),
                            "its sources are empty");
            case "-javadoc.jar" ->
                    hold(
                            entries(file).anyMatch(name -> name.equals("index.html")),
                            "its Javadoc is empty");
            case ".jar" -> {
                hold(entries(file).anyMatch(name -> name.endsWith(".class")), "its jar is empty");
                entries(file)
                        .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                        .filter(name -> Files.exists(testClasses.resolve(name)))
                        .forEach(name -> problems.add("its jar has a test: " + name));
            }
            default -> {
                // Isn't to be there, which is told for all of them.
            }
        }
    }

    private static Stream<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList().stream();
        }
    }
}

package io.millrace.test;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks for a JVM that the server can run in. */
final class NewerJava {
    /** Where the home of one may be named. */
    static final String PROPERTY = "millrace.java.home";

    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

    private NewerJava() {}

    /**
     * Finds one.
     *
     * @return the executable
     * @throws IOException if there is none; the message says what to do
     */
    static Path find() throws IOException {
        String named = System.getProperty(PROPERTY, "");
        return named.isEmpty() ? find(homes()) : named(Path.of(named));
    }

    /** The one that the tests name: if it is none, another one would be a surprise. */
    private static Path named(Path home) throws IOException {
        return executable(home)
                .orElseThrow(
                        () ->
                                new IOException(
                                        PROPERTY
                                                + " names "
                                                + home
                                                + ", which isn't the folder of a JDK "
                                                + Running.LEAST_JAVA
                                                + " or later"));
    }

    static Path find(List<Path> homes) throws IOException {
        for (Path home : homes) {
            Optional<Path> java = executable(home);
            if (java.isPresent()) {
                return java.get();
            }
        }
        throw new IOException(
                "the NATS server needs Java "
                        + Running.LEAST_JAVA
                        + " or later, these tests run on "
                        + Runtime.version().feature()
                        + ", and no other is found: install a JDK "
                        + Running.LEAST_JAVA
                        + " (https://adoptium.net), or set the system property "
                        + PROPERTY
                        + " or JAVA_HOME to the folder of one");
    }

    /** Where one may be, the likeliest first. */
    private static List<Path> homes() throws IOException {
        List<Path> homes = new ArrayList<>();
        add(homes, System.getenv("JAVA_HOME_" + Running.LEAST_JAVA));
        add(homes, System.getenv("JAVA_HOME_" + Running.LEAST_JAVA + "_X64"));
        add(homes, System.getProperty("java.home"));
        add(homes, System.getenv("JAVA_HOME"));
        String user = System.getProperty("user.home");
        for (String folder :
                List.of(
                        "/usr/lib/jvm",
                        "/usr/java",
                        "/opt",
                        user + "/.sdkman/candidates/java",
                        user + "/.jdks",
                        user + "/.gradle/jdks",
                        user + "/.local/share/mise/installs/java",
                        "/opt/homebrew/opt",
                        "/usr/local/opt",
                        "/Library/Java/JavaVirtualMachines",
                        user + "/Library/Java/JavaVirtualMachines",
                        "C:/Program Files/Java",
                        "C:/Program Files/Eclipse Adoptium")) {
            addAll(homes, Path.of(folder));
        }
        return homes;
    }

    private static void add(List<Path> homes, String home) {
        if (home != null && !home.isEmpty()) {
            homes.add(Path.of(home));
        }
    }

    private static void addAll(List<Path> homes, Path folder) throws IOException {
        if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            all.sorted()
                    .forEach(
                            home -> {
                                homes.add(home);
                                homes.add(home.resolve("Contents/Home"));
                                homes.add(home.resolve("libexec/openjdk.jdk/Contents/Home"));
                            });
        }
    }

    private static Optional<Path> executable(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.isReadable(release)) {
            return Optional.empty();
        }
        Matcher version = VERSION.matcher(Files.readString(release));
        if (!version.find() || Integer.parseInt(version.group(1)) < Running.LEAST_JAVA) {
            return Optional.empty();
        }
        String name = File.separatorChar == '\\' ? "java.exe" : "java";
        return Optional.of(home.resolve("bin").resolve(name)).filter(Files::isExecutable);
    }
}

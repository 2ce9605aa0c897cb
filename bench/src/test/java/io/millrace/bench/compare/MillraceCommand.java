package io.millrace.bench.compare;

import io.millrace.broker.Main;

import java.nio.file.Path;

/** How a test starts a server of this build. */
final class MillraceCommand {
    private static final Path JVM_OPTIONS =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolve("../config/jvm.options")
                    .normalize();

    private MillraceCommand() {}

    /** With a configuration file; {@code {port}} and {@code {config}} are yet to be replaced. */
    static String configured(String threading) {
        return String.join(
                " ",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + JVM_OPTIONS,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "-a 127.0.0.1 -p {port} --threading",
                threading,
                "-c",
                Options.CONFIG);
    }
}

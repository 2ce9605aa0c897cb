package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.log.LogOptions;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** In a JVM of its own, for SLF4J chooses its provider once. */
class LibraryLogTest {
    /** Stands for the executable. */
    static final class Executable {
        private Executable() {}

        public static void main(String[] arguments) throws IOException {
            LibraryLog.install();
            Logger netty = LoggerFactory.getLogger("io.netty.channel");
            netty.warn("before there is a log");
            LogOptions options =
                    new LogOptions(
                            true,
                            true,
                            true,
                            false,
                            false,
                            false,
                            "",
                            0,
                            0,
                            false,
                            "",
                            0,
                            LogOptions.Format.TEXT);
            ServerLog log = ServerLog.open(options, "millrace");
            LibraryLog.to(log);
            netty.debug("debug");
            netty.info("info");
            netty.warn("warn {} {}", 1, "two");
            netty.error("error", new IllegalStateException("why"));
            log.close();
        }
    }

    @Test
    void shouldShowWarningsAndErrorsOfLibrariesAndNothingElseOnStandardError() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Executable.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(output)
                .isEqualTo(
                        "[%1$d] [WRN] io.netty.channel: warn 1 two\n"
                                .concat(
                                        "[%1$d] [ERR] io.netty.channel: error"
                                                + " (java.lang.IllegalStateException:"
                                                + " why)\n")
                                .formatted(process.pid()));
    }
}

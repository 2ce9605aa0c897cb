package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every jcstress test runs for a moment; {@code org.openjdk.jcstress.Main -m quick} by hand for
 * longer.
 */
@Tag("thorough")
@Timeout(StressTest.LIMIT_S + 30)
class StressTest {
    static final int LIMIT_S = 300;

    private static final Pattern RESULTS =
            Pattern.compile("(\\d+) planned; (\\d+) passed, 0 failed, 0 soft errs, 0 hard errs");

    @TempDir private Path folder;

    @Test
    void shouldSeeNothingForbidden() throws Exception {
        Path output = folder.resolve("output");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.openjdk.jcstress.Main",
                                "-m",
                                "sanity",
                                "-r",
                                folder.toString())
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        Matcher results = RESULTS.matcher(text);
        assertThat(results.find()).as(text).isTrue();
        String planned = results.group(1);
        while (results.find()) {
            planned = results.group(1).equals(results.group(2)) ? "all passed" : planned;
        }
        assertThat(planned).as(text).isEqualTo("all passed");
    }
}

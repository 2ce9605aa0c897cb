package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.config.ConfigParser;
import io.millrace.broker.config.ConfigSyntaxException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.ConfigWriter;
import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.Position;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * Configuration is read, or refused with the place where it is wrong, whatever it says; nothing
 * else comes out. What was read means the same in any other way of writing it.
 *
 * <p>An input is up to three texts, parted by NUL: the file {@code c}, the file {@code d} that it
 * may include, and the variable {@code $E}. {@code JAZZER_FUZZ=1 mvn verify -pl protocol,broker
 * -Dtest=ConfigParserFuzzTest -Dsurefire.failIfNoSpecifiedTests=false} fuzzes; without the variable
 * the seeds run.
 */
class ConfigParserFuzzTest {
    /** References may multiply a tree up to what a file may hold; that much isn't read again. */
    private static final int MAX_ANEW = 1024 * 1024;

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldReadOrRefuseAnything(byte[] input) throws IOException {
        String[] texts = new String(input, StandardCharsets.UTF_8).split("\0", 3);
        MemorySource source = new MemorySource().file("c", texts[0]);
        if (texts.length > 1) {
            source.file("d", texts[1]);
        }
        if (texts.length > 2) {
            source.variable("E", texts[2]);
        }
        ConfigFile read = ConfigFile.read(source, "c", new OptionsBuilder());
        for (String error : read.errors()) {
            assertThat(error).matches("(?s)(c|d|\\$E):[1-9][0-9]*:[1-9][0-9]*: .+");
        }
        assertThat(ConfigFile.read(source, "c", new OptionsBuilder()))
                .as("read twice")
                .isEqualTo(read);
        ConfigValue.Table tree;
        try {
            tree = ConfigParser.parse(source, "c");
        } catch (ConfigSyntaxException e) {
            Position at = e.problem().at();
            assertThat(read.digest()).isEmpty();
            assertThat(read.errors())
                    .containsExactly(at + ": Parse error: " + e.problem().message());
            if (at.file().equals("c")) {
                assertIsInside(at, texts[0]);
            }
            return;
        }
        String anew = ConfigWriter.write(tree, new Random(Arrays.hashCode(input)), Map.of());
        if (anew.length() <= MAX_ANEW) {
            assertThat(parsed(anew)).as("written anew").isEqualTo(ConfigWriter.withoutPlaces(tree));
        }
    }

    private static void assertIsInside(Position at, String text) {
        String[] lines = text.split("\n", -1);
        assertThat(at.line()).isLessThanOrEqualTo(lines.length);
        assertThat(at.column()).isLessThanOrEqualTo(lines[at.line() - 1].length() + 1);
    }

    private static ConfigValue parsed(String text) throws IOException {
        try {
            MemorySource source = new MemorySource().file("c", text);
            return ConfigWriter.withoutPlaces(ConfigParser.parse(source, "c"));
        } catch (ConfigSyntaxException e) {
            throw new AssertionError("refused: " + e.problem() + "\n" + text, e);
        }
    }
}

package io.millrace.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any text is either configuration or errors with a place each; never anything else.
 *
 * <p>An input is the file and, behind a NUL, what it includes and what every variable of the
 * environment holds. {@code JAZZER_FUZZ=1 mvn verify -pl protocol,broker -Dtest=ConfigFuzzTest}
 * fuzzes; without the variable the seeds run.
 */
class ConfigFuzzTest {
    private static final Pattern ERROR =
            Pattern.compile("(main|included|\\$[^:]*):(\\d+):(\\d+): .+", Pattern.DOTALL);

    private record Texts(String main, String other) implements ConfigSource {
        static Texts of(byte[] input) {
            String text = new String(input, StandardCharsets.UTF_8);
            int end = text.indexOf('\0');
            return end < 0
                    ? new Texts(text, "")
                    : new Texts(text.substring(0, end), text.substring(end + 1));
        }

        @Override
        public String read(String file) throws IOException {
            return switch (file) {
                case "main" -> main;
                case "included" -> other;
                default -> throw new IOException("open " + file + ": no such file or directory");
            };
        }

        @Override
        public String resolve(String from, String name) {
            return name.startsWith("i") ? "included" : name;
        }

        @Override
        public String identity(String file) {
            return file;
        }

        @Override
        public @Nullable String environment(String name) {
            return name.startsWith("E") ? other : null;
        }

        int lines(String file) {
            String text = file.equals("main") ? main : other;
            return 1 + (int) text.chars().filter(c -> c == '\n').count();
        }
    }

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "10m")
    void shouldReadOrSayWhatIsWrong(byte[] input) {
        Texts texts = Texts.of(input);
        OptionsBuilder options = new OptionsBuilder();
        ConfigFile read = ConfigFile.read(texts, "main", options);
        for (String error : read.errors()) {
            Matcher place = ERROR.matcher(error);
            assertThat(place.matches()).as(error).isTrue();
            int line = Integer.parseInt(place.group(2));
            assertThat(line).as(error).isBetween(1, texts.lines(place.group(1)));
            assertThat(Integer.parseInt(place.group(3))).as(error).isPositive();
        }
        assertThat(read.errors().isEmpty() || !read.digest().isEmpty() || read.errors().size() == 1)
                .as("a file that can't be parsed has one error: %s", read)
                .isTrue();
        assertThat(ConfigFile.read(texts, "main", new OptionsBuilder()))
                .as("read again")
                .isEqualTo(read);
        if (read.errors().isEmpty()) {
            try {
                options.conclude(2);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }
}

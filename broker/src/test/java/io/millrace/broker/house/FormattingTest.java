package io.millrace.broker.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All sources are as google-java-format writes them, with four blanks (AOSP). */
class FormattingTest {
    private static final JavaFormatterOptions OPTIONS =
            JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();
    private static final boolean FIX = Boolean.getBoolean("format.fix");

    @Test
    void shouldBeFormatted() throws Exception {
        List<Path> wrong = new ArrayList<>();
        int seen = 0;
        for (String module :
                List.of("protocol", "broker", "broker/embedded", "broker/testing", "bench")) {
            for (Path source : sources(Path.of("..", module, "src"))) {
                seen++;
                String text = Files.readString(source);
                String formatted = format(text);
                if (!text.equals(formatted)) {
                    wrong.add(source);
                    if (FIX) {
                        Files.writeString(source, formatted);
                    }
                }
            }
        }
        assertThat(seen).isGreaterThan(50);
        assertThat(wrong)
                .as("not formatted; -Dtest=FormattingTest -DargLine.more=-Dformat.fix=true mends")
                .isEmpty();
    }

    private static String format(String text) throws FormatterException {
        String ordered =
                ImportOrderer.reorderImports(
                        RemoveUnusedImports.removeUnusedImports(text),
                        JavaFormatterOptions.Style.AOSP);
        return new Formatter(OPTIONS).formatSource(ordered);
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}

package io.millrace.broker.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The Java that README.md shows compiles, once what it leaves out is left out; but for tests, which
 * those of {@code millrace-test} look at.
 */
class ReadmeJavaTest {
    private static final Path README =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolveSibling("README.md");

    private static final Pattern BLOCK = Pattern.compile("(?m)^```java\n((?:(?!```).*\n)*)```$");

    private static final String IMPORTS =
            """
            import static java.nio.charset.StandardCharsets.UTF_8;
            import io.millrace.broker.*;
            import io.millrace.broker.jnats.*;
            import io.nats.client.*;
            import java.nio.file.Path;
            import java.time.Duration;
            """;

    @TempDir private Path folder;

    private static Stream<String> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(README))
                .results()
                .map(block -> block.group(1))
                .filter(block -> !block.startsWith("@"));
    }

    private static String source(String block) {
        String complete = block.replace("...", "");
        return IMPORTS + "class Shown { void shown() throws Exception {" + complete + "}}";
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void shouldCompile(String block) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        SimpleJavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///Shown.java"), SimpleJavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return source(block);
                    }
                };
        boolean compiled =
                compiler.getTask(
                                problems,
                                null,
                                null,
                                List.of(
                                        "-proc:none",
                                        "-d",
                                        folder.toString(),
                                        "-cp",
                                        System.getProperty("java.class.path")),
                                null,
                                List.of(file))
                        .call();
        assertThat(compiled).as(problems.toString()).isTrue();
    }
}

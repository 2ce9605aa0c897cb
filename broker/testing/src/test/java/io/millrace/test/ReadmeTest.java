package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The tests that README.md shows compile, once what it leaves out is left out. */
class ReadmeTest {
    private static final Path README =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolve("../../README.md");

    private static final Pattern TEST = Pattern.compile("(?m)^```java\n(@(?:(?!```).*\n)*)```$");

    private static final String IMPORTS =
            "import io.millrace.test.*;\n"
                    + "import io.nats.client.*;\n"
                    + "import org.junit.jupiter.api.Test;\n";

    @TempDir private Path folder;

    @Test
    void shouldShowTestsThatCompile() throws IOException {
        Matcher shown = TEST.matcher(Files.readString(README));
        int count = 0;
        while (shown.find()) {
            compile(IMPORTS + shown.group(1).replace("...", ""));
            count++;
        }
        assertThat(count).isEqualTo(2);
    }

    private void compile(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        SimpleJavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///Shown.java"), SimpleJavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return source;
                    }
                };
        List<String> options =
                List.of(
                        "-proc:none",
                        "-d",
                        folder.toString(),
                        "-cp",
                        System.getProperty("java.class.path"));
        boolean compiled =
                compiler.getTask(problems, null, null, options, null, List.of(file)).call();
        assertThat(compiled).as(problems.toString()).isTrue();
    }
}

package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.ConfigSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Behind {@code include} stands a path, not a value. */
class IncludeTest {
    private static final String INCLUDED = "max_payload: 100\n";

    @TempDir private Path temp;
    private Path folder = Path.of("");
    private final OptionsBuilder options = new OptionsBuilder();

    @BeforeEach
    void writeFiles() throws IOException {
        folder = Files.createDirectories(temp.resolve("conf"));
        Files.createDirectories(folder.resolve(".hid"));
        Files.createDirectories(folder.resolve("sub"));
        for (String name :
                new String[] {
                    "limits.conf",
                    "../x",
                    ".hid/x",
                    "$x.conf",
                    "a,b.conf",
                    "a b.conf",
                    "a#b.conf",
                    "a:b=c.conf",
                    "true",
                    "sub/[x].conf",
                    "a\\tb"
                }) {
            Files.writeString(folder.resolve(name), INCLUDED);
        }
    }

    private ConfigFile read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("main.conf"), text);
        return ConfigFile.read(ConfigSource.ofSystem(Map.of("x", "y")), file.toString(), options);
    }

    private void expectIncluded(String text) throws IOException {
        assertThat(read(text).errors()).isEmpty();
        assertThat(options.conclude(2).limits().maxPayloadBytes()).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "include ./limits.conf",
                "include ../x",
                "include .hid/x",
                "include $x.conf",
                "include a,b.conf",
                "include \"a b.conf\"",
                "include 'a b.conf'",
                "include \"a,b.conf\"",
                "include a#b.conf",
                "include a:b=c.conf",
                "include true",
                "include sub/[x].conf",
                "include a\\tb",
                "include \"a\\tb\"",
                "include sub/../limits.conf",
                "include limits.conf'",
                "INCLUDE\t ./limits.conf \t",
                "include ./limits.conf # or another",
                "include ./limits.conf // or another",
                "include ./limits.conf\r\n",
                "include ./limits.conf; debug: true",
                "include './limits.conf', debug: true",
                "{ include ./limits.conf }",
                "{ include ./limits.conf}",
                "{ \"debug\": true, include \"./limits.conf\" }"
            })
    void shouldTakeWhatFollowsForAPath(String text) throws IOException {
        expectIncluded(text);
    }

    @Test
    void shouldIncludeIntoTheMapItStandsIn() throws IOException {
        Files.writeString(folder.resolve("name.conf"), "name: c\n");
        assertThat(read("cluster { port: 6222, include ./name.conf}").errors()).isEmpty();
        assertThat(options.conclude(2).cluster().name()).isEqualTo("c");
    }

    /** As the reference does it, there is nothing else. */
    @Test
    void shouldLookForAnAbsolutePathBesideTheIncludingFile() throws IOException {
        expectIncluded("include /limits.conf");
    }

    @Test
    void shouldIncludeAnAbsolutePathWhereNothingIsBesideTheIncludingFile() throws IOException {
        expectIncluded("include " + folder.resolve("limits.conf"));
        expectIncluded("include \"" + folder.resolve("limits.conf") + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    include [a]        | 1:9 | Expected the path of a file to include but found the start of an array
                    include {a}        | 1:9 | Expected the path of a file to include but found the start of a map
                    include (a)        | 1:9 | Expected the path of a file to include but found the start of a block
                    include \\a        | 1:9 | Expected the path of a file to include but found an escape sequence
                    include ;          | 1:9 | Expected the path of a file to include but found none
                    include ''         | 1:9 | Expected the path of a file to include but found none
                    include './x       | 1:9 | the path to include is never closed: no '
                    include "./x       | 1:9 | the path to include is never closed: no "
                    """)
    void shouldSayWhatIsNoPath(String text, String where, String message) throws IOException {
        assertThat(read(text).errors())
                .containsExactly(
                        folder.resolve("main.conf") + ":" + where + ": Parse error: " + message);
    }

    @Test
    void shouldSayWhichFileIsMissingAndWhere() throws IOException {
        assertThat(read("\ninclude ./limits.conf, port: 5000\n").errors())
                .containsExactly(
                        folder.resolve("main.conf")
                                + ":2:9: Parse error: error parsing include file './limits.conf,':"
                                + " open "
                                + folder.resolve("./limits.conf,")
                                + ": no such file or directory");
        assertThat(read("include\n./limits.conf").errors())
                .singleElement()
                .asString()
                .endsWith("Expected the path of a file to include but found a new line");
    }
}

package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.UserKeys;
import io.millrace.broker.config.jetstream.JetStreamKeys;
import io.millrace.broker.config.jetstream.JetStreamLimitKeys;
import io.millrace.broker.config.leaf.LeafRemoteKeys;
import io.millrace.broker.config.tls.TlsKeys;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What README.md shows to be typed is what the server understands. */
class ReadmeTest {
    private static final Path README =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolveSibling("README.md");

    /** Blocks of configuration have no language; others name theirs. */
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w*)\n((?:(?!```).*\n)*)```$");

    /** A key with its value, in the middle of a sentence. */
    private static final Pattern IN_TEXT =
            Pattern.compile("`([a-z_]+(?: ?\\{[^`]*}|: (?!value)[^`]+))`");

    private static final Pattern PEM_FILE = Pattern.compile("\"([\\w/.-]+\\.(?:pem|key))\"");

    @TempDir private static Path folder;
    private static String authority = "";
    private static String certificate = "";
    private static String key = "";

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestCa ca = new TestCa();
        TestCa.Issued issued = ca.server();
        authority = ca.write(folder);
        certificate = issued.writeCertificate(folder, "cert.pem");
        key = issued.writeKey(folder, "key.pem");
    }

    private static List<String> blocks(String language) throws IOException {
        return BLOCK.matcher(Files.readString(README))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    private static Stream<String> configurations() throws IOException {
        return blocks("").stream();
    }

    private static Stream<String> snippets() throws IOException {
        return IN_TEXT.matcher(Files.readString(README)).results().map(each -> each.group(1));
    }

    private static Stream<String> commands() throws IOException {
        return blocks("sh").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("millrace -"));
    }

    @Test
    void shouldFindWhatIsShown() throws Exception {
        assertThat(configurations()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(snippets()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(commands()).hasSizeGreaterThanOrEqualTo(3);
    }

    /** Whoever comes from nats-server finds out before the server tells. */
    @Test
    void shouldNameEveryKeyThatIsNotBuilt() throws Exception {
        String readme = Files.readString(README);
        String section =
                readme.substring(readme.indexOf("\n## What isn't there yet\n"))
                        .split("\n## ", 3)[1];
        List<String> unnamed =
                Stream.of(
                                Concerns.TOP,
                                AuthKeys.AUTHORIZATION,
                                UserKeys.USER,
                                JetStreamKeys.JETSTREAM,
                                JetStreamLimitKeys.BLOCK,
                                LeafRemoteKeys.REMOTE,
                                TlsKeys.TLS)
                        .flatMap(block -> block.keys().stream())
                        .filter(key -> !key.isBuilt())
                        .map(key -> key.names().getFirst())
                        .filter(name -> !section.contains('`' + name + '`'))
                        .toList();

        assertThat(unnamed).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldReadEveryConfiguration(String text) {
        assertThat(problems(withFiles(text))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void shouldReadEverySnippet(String text) {
        String complete = text.replace("[...]", "[]").replace("...", "x");

        assertThat(problems(complete)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldKnowEachFlagOfACommand(String line) {
        List<String> words = List.of(line.split(" "));
        StartOutcome outcome =
                new CommandLine("millrace", "1")
                        .read(words.subList(1, words.size()), new MemorySource(), 2);

        assertThat(outcome).isInstanceOf(StartOutcome.Run.class);
    }

    /** The text with certificates and keys that there are. */
    private static String withFiles(String text) {
        return PEM_FILE.matcher(text).replaceAll(named -> '"' + file(named) + '"');
    }

    private static String file(MatchResult named) {
        String name = named.group(1);
        if (name.endsWith(".key") || name.contains("key.")) {
            return key;
        }
        return name.matches(".*\\bca\\.pem") ? authority : certificate;
    }

    private static List<String> problems(String text) {
        MemorySource files = new MemorySource().file("README", text);
        ConfigFile read = ConfigFile.read(files, "README", new OptionsBuilder());
        return Stream.concat(read.errors().stream(), read.warnings().stream()).toList();
    }
}

package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.process.ThreadingOptions;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.tls.CertificateFiles;
import io.millrace.broker.tls.TestCa;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class CommandLineTest {
    private static StartOutcome read(String... arguments) {
        return new CommandLine("nats-server", "2.15.2 (Millrace 1)")
                .read(List.of(arguments), ConfigSource.ofSystem(Map.of()), 2);
    }

    private static Options options(String... arguments) {
        return ((StartOutcome.Run) read(arguments)).options();
    }

    private static String report(String... arguments) {
        return ((StartOutcome.Report) read(arguments)).text();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-p 4333", "-p=4333", "--p 4333", "-port 4333", "--port=4333"})
    void shouldTakeFlagsInEveryFormOfGo(String line) {
        assertThat(options(line.split(" ")).listen().port()).isEqualTo(4333);
    }

    @Test
    void shouldTakeBooleansAloneOrWithEquals() {
        assertThat(options("-D").log().debug()).isTrue();
        assertThat(options("-D=false").log().debug()).isFalse();
        assertThat(options("-DV").log().trace()).isTrue();
        assertThat(options("-DVV").log().traceVerbose()).isTrue();
        assertThat(options("-T=false").log().time()).isFalse();
        assertThat(report("-D", "false")).isEqualTo("nats-server: unrecognized command: \"false\"");
    }

    @Test
    void shouldRefuseFlagsOfFeaturesThatAreNotBuilt() {
        assertThat(report("--profile", "1"))
                .isEqualTo("nats-server: flag -profile is not supported by Millrace yet");
        assertThat(options("-js=false", "--tls=false").listen().port()).isEqualTo(4222);
    }

    @Test
    void shouldTakeTheSingleUserOrTheToken() {
        AuthOptions user = options("--user", "derek", "--pass", "s3cr3t").auth();
        assertThat(user.username()).isEqualTo("derek");
        assertThat(user.password().value()).isEqualTo("s3cr3t");
        assertThat(options("-auth", "t0ken").auth().token().value()).isEqualTo("t0ken");
        assertThat(report("--user", "u", "--pass", "p", "--auth", "t"))
                .isEqualTo("nats-server: Cannot have a user/pass and token");
        assertThat(report("--pass", "p")).isEqualTo("nats-server: a password needs a user");
    }

    /** As in the reference, which says nothing of it, either. */
    @Test
    void shouldTakeAnEmptyTokenForNone(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("c"), "authorization { token: t0ken }\n");
        assertThat(options("-c", file.toString()).auth().token().value()).isEqualTo("t0ken");
        AuthOptions open = options("-c", file.toString(), "--auth", "").auth();
        assertThat(open.token().isEmpty()).isTrue();
        assertThat(open.isAnnounced()).isFalse();
    }

    @Test
    void shouldRefuseUnknownFlagsAndBadValues() {
        assertThat(report("-bogus"))
                .isEqualTo(
                        "flag provided but not defined: -bogus\nnats-server --help lists all flags.");
        assertThat(report("-p"))
                .isEqualTo("flag needs an argument: -p\nnats-server --help lists all flags.");
        assertThat(report("-p", "x"))
                .isEqualTo("nats-server: invalid value \"x\" for flag -p: parse error");
        assertThat(report("--log_size_limit", "10MB"))
                .isEqualTo(
                        "nats-server: invalid value \"10MB\" for flag -log_size_limit: parse error;"
                                + " a number without a unit is needed");
        assertThat(report("--threading", "fast")).contains("auto, inline or dedicated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v", "--version", "version"})
    void shouldShowVersion(String flag) {
        assertThat(read(flag))
                .isEqualTo(new StartOutcome.Print("nats-server: v2.15.2 (Millrace 1)"));
    }

    @Test
    void shouldOverrideFileFromCommandLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("c.conf"), "port: 1\nmax_payload: 5\n");
        Options options = options("-c", file.toString(), "-p", "2");
        assertThat(options.listen().port()).isEqualTo(2);
        assertThat(options.limits().maxPayloadBytes()).isEqualTo(5);
        assertThat(read("-t", "-c", file.toString()))
                .isInstanceOfSatisfying(
                        StartOutcome.Report.class,
                        report -> {
                            assertThat(report.exitStatus()).isZero();
                            assertThat(report.text()).contains(" is valid (sha256:");
                        });
    }

    @Test
    void shouldPassSignalsOn() {
        assertThat(read("--signal", "ldm=12")).isEqualTo(new StartOutcome.Signal("ldm=12"));
    }

    @Test
    void shouldChooseThreadingByCores() {
        OptionsBuilder options = new OptionsBuilder();
        assertThat(options.conclude(3).threading())
                .isEqualTo(new ThreadingOptions(ThreadingOptions.Mode.INLINE, 1));
        assertThat(options.conclude(8).threading())
                .isEqualTo(new ThreadingOptions(ThreadingOptions.Mode.DEDICATED, 4));
    }

    /** Every flag: in a file the other way round, on the command line, and the option it sets. */
    private static final String FLAGS =
            """
            host: x             | -a h                     | listen.host             | h
            host: x             | --addr h                 | listen.host             | h
            host: x             | --net h                  | listen.host             | h
            port: 1             | -p 5000                  | listen.port             | 5000
            port: 1             | --port -1                | listen.port             | -1
            server_name: x      | -n n                     | identity.serverName     | n
            server_name: x      | --name n                 | identity.serverName     | n
            server_name: x      | --server_name n          | identity.serverName     | n
            client_advertise: x | --client_advertise h:1   | listen.clientAdvertise  | h:1
            pid_file: x         | -P f                     | files.pidFile           | f
            pid_file: x         | --pid f                  | files.pidFile           | f
            ports_file_dir: x   | --ports_file_dir d       | files.portsFileDir      | d
            log_file: x         | -l f                     | log.file                | f
            log_file: x         | --log f                  | log.file                | f
            logtime: true       | -T=false                 | log.time                | false
            logtime: false      | --logtime                | log.time                | true
            logtime_utc: false  | --logtime_utc            | log.utc                 | true
            syslog: false       | -s                       | log.syslog              | true
            syslog: true        | --syslog=false           | log.syslog              | false
            remote_syslog: x    | -r udp://h:514           | log.remoteSyslog        | udp://h:514
            remote_syslog: x    | --remote_syslog tcp://h  | log.remoteSyslog        | tcp://h
            debug: false        | -D                       | log.debug               | true
            debug: true         | --debug=false            | log.debug               | false
            trace: false        | -V                       | log.trace               | true
            trace: true         | --trace=0                | log.trace               | false
            trace: false        | -VV                      | log.trace               | true
            trace_verbose: no   | -VV                      | log.traceVerbose        | true
            debug: false        | -DV                      | log.debug               | true
            trace: false        | -DV                      | log.trace               | true
            debug: false        | -DVV                     | log.debug               | true
            trace: false        | -DVV                     | log.trace               | true
            trace_verbose: no   | -DVV                     | log.traceVerbose        | true
            log_size_limit: 1   | --log_size_limit 7       | log.fileSizeLimitBytes  | 7
            max_traced_msg_len: 1 | --max_traced_msg_len 7 | log.maxTracedMsgLen     | 7
            log_format: text    | --log_format json        | log.format              | JSON
            jetstream: false    | -js                      | jetStream.enabled       | true
            jetstream: false    | --jetstream              | jetStream.enabled       | true
            jetstream: true     | -js=false                | jetStream.enabled       | false
            threading: inline   | --threading dedicated    | threading.mode          | DEDICATED
            """;

    @ParameterizedTest
    @CsvSource(textBlock = FLAGS, delimiter = '|')
    void shouldSetTheOptionOfEveryFlagWhateverTheFileSays(
            String line, String flag, String option, String expected, @TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(folder.resolve("c.conf"), line);
        List<String> arguments = new ArrayList<>(List.of("-c", file.toString()));
        assertThat(OptionPath.read(options(arguments.toArray(String[]::new)), option))
                .isNotEqualTo(expected);
        arguments.addAll(List.of(flag.split(" ")));
        assertThat(OptionPath.read(options(arguments.toArray(String[]::new)), option))
                .isEqualTo(expected);
        assertThat(OptionPath.read(options(flag.split(" ")), option)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--profile 1", "-profile=0"})
    void shouldRefuseEveryFlagOfAFeatureThatIsNotBuilt(String line) {
        String flag = line.replaceFirst("^-+", "").replaceFirst("[ =].*", "");
        assertThat(read(line.split(" ")))
                .isEqualTo(
                        new StartOutcome.Report(
                                "nats-server: flag -" + flag + " is not supported by Millrace yet",
                                1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-sd d", "--store_dir d", "-store_dir=d", "--sd="})
    void shouldMindWhereJetStreamStoresOnlyIfThereIsJetStream(String line) {
        assertThat(options(line.split(" ")).jetStream().storeDir()).isEmpty();
        assertThat(options((line + " -js").split(" ")).jetStream().storeDir())
                .isEqualTo(line.endsWith("d") ? "d" : "");
    }

    @Test
    void shouldReportAllThatIsWrongAtOnce() {
        assertThat(report("-p", "70000", "--max_traced_msg_len", "-1").lines())
                .containsExactly(
                        "nats-server: port must be 1..65535, or -1 for any free one: 70000",
                        "log_size_limit, log_max_num and max_traced_msg_len cannot be negative");
        assertThat(report("-p", "x", "-n", "a b").lines())
                .containsExactly(
                        "nats-server: invalid value \"x\" for flag -p: parse error",
                        "invalid value \"a b\" for flag -n: server name cannot contain spaces");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -D=maybe    | invalid boolean value "maybe" for -D: parse error |
                    ---p 1      | bad flag syntax: ---p |
                    -=1         | bad flag syntax: -=1 |
                    -p4222      | flag provided but not defined: -p4222 | Did you mean -p 4222?
                    -DT         | flag provided but not defined: -DT    | Did you mean -D -T?
                    --prot 1    | flag provided but not defined: -prot  | Did you mean --port?
                    --http-port | flag provided but not defined: -http-port | Did you mean --http_port?
                    --jetstraem | flag provided but not defined: -jetstraem | Did you mean --jetstream?
                    --cluster_listn x | flag provided but not defined: -cluster_listn | Did you mean --cluster_listen?
                    --cmd       | flag provided but not defined: -cmd |
                    --config    | flag needs an argument: -config |
                    """)
    void shouldRefuseWhatGoRefuses(String line, String message, @Nullable String hint) {
        assertThat(read(line.split(" ")))
                .isInstanceOfSatisfying(
                        StartOutcome.Report.class,
                        report -> {
                            assertThat(report.exitStatus()).isEqualTo(2);
                            assertThat(report.text())
                                    .isEqualTo(
                                            message
                                                    + "\n"
                                                    + (hint == null ? "" : hint + " ")
                                                    + "nats-server --help lists all flags.");
                        });
    }

    @Test
    void shouldStopAtTheFirstWordAndTakeTheLastOfAFlag(@TempDir Path folder) throws Exception {
        String one = Files.writeString(folder.resolve("1"), "port: 1").toString();
        String two = Files.writeString(folder.resolve("2"), "port: 2").toString();
        assertThat(report("start", "-p", "1"))
                .isEqualTo("nats-server: unrecognized command: \"start\"");
        assertThat(report("--", "-D")).isEqualTo("nats-server: unrecognized command: \"-D\"");
        assertThat(options("-p", "1", "--port", "2").listen().port()).isEqualTo(2);
        assertThat(options("-c", one, "--config", two).listen().port()).isEqualTo(2);
        assertThat(options("--config", one, "-c", two).listen().port()).isEqualTo(2);
        assertThat(read("--signal", "stop", "-sl", "ldm"))
                .isEqualTo(new StartOutcome.Signal("ldm"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "-help=true", "help", "HELP"})
    void shouldShowUsage(String flag) {
        assertThat(read(flag))
                .isInstanceOfSatisfying(
                        StartOutcome.Print.class,
                        print -> assertThat(print.text()).startsWith("\nUsage: nats-server"));
    }

    @Test
    void shouldTurnTlsOnOffAndChangeItByFlags(@TempDir Path folder) throws Exception {
        TestCa ca = new TestCa();
        TestCa.Issued issued = ca.server();
        String cert = issued.writeCertificate(folder, "cert.pem");
        String key = issued.writeKey(folder, "key.pem");
        String authority = ca.write(folder);
        String file =
                Files.writeString(
                                folder.resolve("c"),
                                "tls { cert_file: '%s', key_file: '%s', verify: true, timeout: 7 }"
                                        .formatted(cert, key))
                        .toString();
        List<CertificateFiles> pair = List.of(new CertificateFiles(cert, key));

        TlsOptions flags = options("--tls", "--tlscert", cert, "--tlskey", key).tls();
        assertThat(flags.certificates()).isEqualTo(pair);
        assertThat(flags.verify()).isFalse();
        assertThat(flags.cipherSuites()).isEqualTo(options("-c", file).tls().cipherSuites());

        TlsOptions verifying =
                options("--tlscert", cert, "--tlskey", key, "--tlsverify", "--tlscacert", authority)
                        .tls();
        assertThat(verifying.verify()).isTrue();
        assertThat(verifying.caFile()).isEqualTo(authority);

        assertThat(options("-c", file).tls().verify()).isTrue();
        assertThat(options("-c", file, "--tls=false", "--tlscert", cert).tls().enabled()).isFalse();
        TlsOptions both = options("-c", file, "--tlscert", cert, "--tlskey", key).tls();
        assertThat(both.verify()).isTrue();
        assertThat(both.timeout()).hasSeconds(7);
        assertThat(
                        options("-c", file, "--tlscert", cert, "--tlskey", key, "--tlsverify=false")
                                .tls()
                                .verify())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --tls                           | TLS Server certificate must be present and valid
                    --tlsverify                     | TLS Server certificate must be present and valid
                    --tlscert /no                   | TLS Server private key must be present and valid
                    --tlscert /no --tlskey /no      | error parsing X509 certificate/key pair: open /no: no such file or directory
                    """)
    void shouldRefuseTlsWithoutUsableFiles(String line, String message) {
        assertThat(report(line.split(" "))).isEqualTo("nats-server: " + message);
    }

    @Test
    void shouldShowHowTlsIsConfigured() {
        assertThat(read("--help_tls"))
                .isInstanceOfSatisfying(
                        StartOutcome.Print.class,
                        print ->
                                assertThat(print.text().lines())
                                        .contains(
                                                "    TLS_AES_128_GCM_SHA256",
                                                "    TLS_RSA_WITH_AES_128_CBC_SHA",
                                                "    X25519MLKEM768",
                                                "    CurveP521"));
    }

    @Test
    void shouldEndWithStatusOneWhenTheFileIsWrong(@TempDir Path folder) throws Exception {
        String file =
                Files.writeString(folder.resolve("c"), "foo: 1\nport: 0\nport_: 2").toString();
        String problems =
                """
                nats-server: FILE:1:1: unknown field "foo"
                FILE:3:1: unknown field "port_"; did you mean "port"?
                FILE:2:1: port must be 1..65535, or -1 for any free one: 0\
                """
                        .replace("FILE", file);
        StartOutcome outcome = new StartOutcome.Report(problems, 1);
        assertThat(read("-c", file)).isEqualTo(outcome);
        assertThat(read("-t", "-c", file)).isEqualTo(outcome);
        assertThat(report("-t"))
                .isEqualTo(
                        "nats-server: must specify [-c, --config] option to check configuration"
                                + " file syntax");
        assertThat(report("-c", "/no/such"))
                .isEqualTo("nats-server: open /no/such: no such file or directory");
    }

    @Test
    void shouldRunInSpiteOfWarningsButNotPassTheCheck(@TempDir Path folder) throws Exception {
        String file = Files.writeString(folder.resolve("c"), "write_deadline: 5").toString();
        String warning =
                file
                        + ":1:1: invalid use of field \"write_deadline\": write_deadline should be"
                        + " converted to a duration";
        assertThat(((StartOutcome.Run) read("-c", file)).warnings()).containsExactly(warning);
        assertThat(read("-t", "-c", file))
                .isEqualTo(new StartOutcome.Report("nats-server: " + warning, 1));
    }
}

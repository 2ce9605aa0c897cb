package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** Clusters on the command line, alone and above a file. */
class ClusterFlagsTest {
    private static final String FILE =
            """
            cluster {
              name: file
              listen: "filehost:1"
              authorization { user: fileuser, password: filepass }
              routes: ["nats://fileroute:1"]
              advertise: "fileadvertise:1"
              no_advertise: true
              connect_retries: 1
              pool_size: 7
            }
            """;

    private static StartOutcome read(String file, String... arguments) {
        List<String> line = new ArrayList<>();
        if (!file.isEmpty()) {
            line.addAll(List.of("-c", "c"));
        }
        line.addAll(List.of(arguments));
        return new CommandLine("nats-server", "1")
                .read(line, new MemorySource().file("c", file), 2);
    }

    private static ClusterOptions cluster(String file, String... arguments) {
        return ((StartOutcome.Run) read(file, arguments)).options().cluster();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-cluster", "--cluster", "-cluster_listen", "--cluster_listen"})
    void shouldListenWhereTheUrlSays(String flag) {
        ClusterOptions cluster = cluster("", flag, "nats://localhost:6222");
        assertThat(cluster.isOn()).isTrue();
        assertThat(cluster.host()).isEqualTo("localhost");
        assertThat(cluster.port()).isEqualTo(6222);
        assertThat(cluster.username()).isEmpty();
        assertThat(cluster.password().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    nats://0.0.0.0:-1            | 0.0.0.0 | -1   | '' | ''
                    nats-route://:6222           | 0.0.0.0 | 6222 | '' | ''
                    nats://[::1]:6222            | ::1     | 6222 | '' | ''
                    nats://u:p@h:-1              | h       | -1   | u  | p
                    nats://u:p%40q@h:5222/x      | h       | 5222 | u  | p@q
                    nats://u:p@:5222             | 0.0.0.0 | 5222 | u  | p
                    """)
    void shouldTakeAddressAndUserOutOfTheUrl(
            String url, String host, int port, String user, String password) {
        ClusterOptions cluster = cluster(FILE, "--cluster", url);
        assertThat(cluster.host()).isEqualTo(host);
        assertThat(cluster.port()).isEqualTo(port);
        assertThat(cluster.username()).isEqualTo(user);
        assertThat(cluster.password().value()).isEqualTo(password);
        assertThat(cluster.poolSize()).isEqualTo(7);
    }

    @Test
    void shouldOverrideTheFile() {
        ClusterOptions file = cluster(FILE);
        assertThat(file.name()).isEqualTo("file");
        ClusterOptions both =
                cluster(
                        FILE,
                        "--cluster_name=flag",
                        "--routes=nats://u:p@a:1, nats-route://b:2,nats://b:2,",
                        "--cluster_advertise=flag:2",
                        "--no_advertise=false",
                        "--connect_retries=9");
        assertThat(both)
                .isEqualTo(
                        file.toBuilder()
                                .name("flag")
                                .routes(
                                        List.of(
                                                new RouteUrl("a", 1, "u", new Secret("p")),
                                                new RouteUrl("b", 2, "", Secret.NONE)))
                                .advertise("flag:2")
                                .noAdvertise(false)
                                .connectRetries(9)
                                .build());
        assertThat(cluster(FILE, "--routes", "").routes()).isEmpty();
        assertThat(cluster("", "--cluster", "nats://h:1", "--no_advertise").noAdvertise()).isTrue();
    }

    @Test
    void shouldSwitchTheClusterOffWithAnEmptyUrl() {
        assertThat(cluster(FILE, "--cluster", "").isOn()).isFalse();
        assertThat(cluster(FILE, "--cluster", "nats://h:1", "--cluster_listen", "").isOn())
                .isFalse();
        assertThat(cluster(FILE, "--cluster_listen", "", "--cluster", "nats://h:1").isOn())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            --routes nats://h:1                      | solicited routes require cluster capabilities, e.g. --cluster
            --cluster nats://localhost               | address localhost: missing port in address
            --cluster nats://u:s3cr3t@[::1]          | address [::1]: missing port in address
            --cluster localhost:6222                 | missing port in address
            --cluster 6222                           | missing port in address
            --cluster nats://h:x                     | expected integer
            --cluster nats://h:                      | expected integer
            --cluster nats://u@h:1                   | expected cluster password to be set
            --cluster nats://u:s3c%zz@h:1            | error parsing cluster url ["nats://xxxxx@h:1"]
            --cluster nats://::1:6222                | error parsing cluster url ["nats://::1:6222"]
            --cluster nats://h:70000                 | cluster port must be 1..65535, -1 for any free one, or 0 for no cluster: 70000
            --cluster nats://h:1 --routes 127.0.0.1:1 | error parsing route url ["127.0.0.1:1"]
            --cluster nats://h:1 --routes nats://u:s3/c@h:1 | error parsing route url ["nats://xxxxx@h:1"]
            --cluster nats://h:1 --cluster_name _    | cluster name is reserved
            --cluster nats://h:1 --cluster_advertise h:x | cluster_advertise: could not parse port of "h:x"
            --cluster nats://h:1 --connect_retries x | invalid value "x" for flag -connect_retries: parse error
            """)
    void shouldSayWhatIsWrong(String line, String message) {
        assertThat(read("", line.split(" ")))
                .isEqualTo(new StartOutcome.Report("nats-server: " + message, 1));
    }

    @Test
    void shouldRefuseANameWithSpaces() {
        assertThat(read("", "--cluster", "nats://h:1", "--cluster_name", "a b"))
                .isEqualTo(
                        new StartOutcome.Report(
                                "nats-server: cluster name cannot contain spaces", 1));
    }

    /** A host in the file is enough for the reference to believe in a cluster. */
    @Test
    void shouldLookForTheClusterOfTheFileBeforeItRefusesRoutes() {
        assertThat(cluster("cluster { port: 1 }", "--routes", "nats://h:1").routes()).hasSize(1);
        assertThat(read("cluster { host: h }", "--routes", "nats://h:1"))
                .isInstanceOfSatisfying(
                        StartOutcome.Run.class,
                        run ->
                                assertThat(run.warnings())
                                        .containsExactly(
                                                "Cluster routes are not used, as there is no"
                                                        + " cluster port to listen on"));
        assertThat(read("cluster { name: n }", "--routes", "nats://h:1"))
                .isInstanceOf(StartOutcome.Report.class);
    }

    // --- the commands of the document

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-D -p 4222 -cluster nats://localhost:6222 -routes"
                        + " nats://localhost:6222,nats://localhost:6333",
                "-D -p 4222 -cluster nats://localhost:6222",
                "-D -p 4333 -cluster nats://localhost:6333 -routes nats://localhost:6222",
                "-p 4222 -cluster nats://10.10.0.2:5222 -routes nats://10.10.0.1:5222",
                "-p 5222 -cluster nats://localhost:5248 -routes nats://localhost:4248 -D",
                "-cluster nats://0.0.0.0:6222"
                        + " --routes=nats-route://ruser:T0pS3cr3t@nats-main:6222 -DV",
            })
    void shouldTakeTheCommandsOfTheDocument(String line) {
        ClusterOptions cluster = cluster("", line.split(" "));
        assertThat(cluster.isOn()).isTrue();
        assertThat(cluster.routes())
                .hasSize(line.contains(",") ? 2 : line.contains("routes") ? 1 : 0);
        assertThat(cluster.toString()).doesNotContain("T0pS3cr3t");
    }

    @Test
    void shouldTakeTheClusterOfTheDocumentsSample() {
        ClusterOptions cluster =
                cluster(
                        """
                        cluster {

                        listen: localhost:4244 # host/port for inbound route connections

                        # Authorization for route connections
                        authorization {
                        user: route_user
                        # ./util/mkpasswd -p T0pS3cr3tT00!
                        password: $2a$11$xH8dkGrty1cBNtZjhPeWJewu/YPbSU.rXJWmS6SFilOBXzmZoMk9m
                        timeout: 0.5
                        }

                        routes = [
                        nats-route://user1:pass1@127.0.0.1:4245
                        nats-route://user2:pass2@127.0.0.1:4246
                        ]
                        }
                        """);
        assertThat(cluster.host()).isEqualTo("localhost");
        assertThat(cluster.port()).isEqualTo(4244);
        assertThat(cluster.username()).isEqualTo("route_user");
        assertThat(cluster.password().value())
                .isEqualTo("$2a$11$xH8dkGrty1cBNtZjhPeWJewu/YPbSU.rXJWmS6SFilOBXzmZoMk9m");
        assertThat(cluster.authTimeout()).hasMillis(500);
        assertThat(cluster.routes())
                .containsExactly(
                        new RouteUrl("127.0.0.1", 4245, "user1", new Secret("pass1")),
                        new RouteUrl("127.0.0.1", 4246, "user2", new Secret("pass2")));
    }

    @Test
    void shouldTakeTheClusterOfTheDocumentsContainers() {
        ClusterOptions cluster =
                cluster(
                        """
                        port: 7222

                        cluster {
                        host: '0.0.0.0'
                        port: 7244

                        routes = [
                        nats-route://192.168.59.103:7246
                        nats-route://192.168.59.103:7248
                        ]
                        }
                        """,
                        "-p",
                        "7222",
                        "-D",
                        "-V");
        assertThat(cluster.host()).isEqualTo("0.0.0.0");
        assertThat(cluster.port()).isEqualTo(7244);
        assertThat(cluster.routes()).extracting(RouteUrl::port).containsExactly(7246, 7248);
    }
}

package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ReloadKeys;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsChange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An application reads its server's configuration again, at any time. */
@Timeout(120)
class ApplicationReloadIT {
    private static final String LOGIN = "authorization { token: secret }\n";

    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("server.conf"), text);
    }

    private static List<String> keys(List<OptionsChange> changes, boolean live) {
        return changes.stream()
                .filter(change -> change.live() == live)
                .map(OptionsChange::key)
                .toList();
    }

    @Test
    void shouldChangeNothingWhenTheFileIsEmptyWrongOrGone() throws Exception {
        Path file = file(LOGIN);
        LogLines log = new LogLines();
        try (NatsServer server =
                NatsServer.builder().config(file).port(0).log(log.verbose()).start()) {
            // As while somebody writes it: everybody would be let in.
            file("# nothing yet\n");
            assertThatIllegalArgumentException()
                    .isThrownBy(server::reload)
                    .withMessage("the configuration file is empty");
            file(LOGIN + "max_payload: many\nno_such_key: 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(server::reload)
                    .withMessageContaining(file + ":2:")
                    .withMessageContaining(file + ":3:");
            Files.delete(file);
            assertThatIllegalArgumentException()
                    .isThrownBy(server::reload)
                    .withMessage("open " + file + ": no such file or directory");
            try (RawClient client = new RawClient(server)) {
                client.send("CONNECT {}\r\n");
                client.expect("-ERR 'Authorization Violation'\r\n");
            }
            log.clear();
            file(LOGIN + "max_payload: 2000\nserver_name: other");
            List<OptionsChange> changes = server.reload();
            assertThat(keys(changes, true)).containsExactly("max_payload");
            assertThat(keys(changes, false)).containsExactly("server_name");
            log.await("[INF] Reloaded: max_payload = 2000");
            log.await("[WRN] config reload not supported for server_name", "needs a restart");
            log.await("[INF] Reloaded server configuration (sha256:");
        }
    }

    @Test
    void shouldChangeNothingOfStrictOptionsWhenOneNeedsARestart() throws Exception {
        Path file = file("max_payload: 1000\nserver_name: a");
        try (NatsServer server =
                NatsServer.builder()
                        .config(file)
                        .port(0)
                        .options(options -> options.set(ReloadKeys.STRICT, true))
                        .start()) {
            file("max_payload: 2000\nserver_name: b");
            List<OptionsChange> changes = server.reload();
            assertThat(keys(changes, false)).containsExactly("server_name");
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(1000);
            file("max_payload: 2000\nserver_name: a");
            server.reload();
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(2000);
        }
    }

    @Test
    void shouldTellOperatorsWhatStrictOptionsDidNotLetPass() throws Exception {
        String system = "accounts { S { users: [{user: s, password: s}] } }\nsystem_account: S\n";
        Path file = file(system + "max_payload: 1000");
        try (NatsServer server =
                        NatsServer.builder()
                                .config(file)
                                .port(0)
                                .options(options -> options.set(ReloadKeys.STRICT, true))
                                .start();
                RawClient operator = new RawClient(server)) {
            String again = "PUB $SYS.REQ.SERVER.%s.RELOAD answer 0\r\n\r\n".formatted(server.id());
            operator.send(
                    "CONNECT {\"verbose\":false,\"user\":\"s\",\"pass\":\"s\"}\r\nSUB answer 1\r\n");
            // What is a process's holds no more in an application than what needs a restart.
            file(system + "max_payload: 2000\npid_file: \"" + folder.resolve("pid") + '"');
            operator.send(again);
            assertThat(operator.line()).startsWith("MSG answer 1 ");
            assertThat(operator.line()).contains("pid_file");
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(1000);
            file(system + "max_payload: 2000");
            operator.send(again);
            assertThat(operator.line()).startsWith("MSG answer 1 ");
            assertThat(operator.line()).doesNotContain("\"error\"");
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(2000);
        }
    }

    @Test
    void shouldSayWhatOfAProcessAndOfItsLogDoesNotHoldInAnApplication() throws Exception {
        Path log = folder.resolve("one.log");
        Path other = folder.resolve("other.log");
        Path pid = folder.resolve("server.pid");
        Path file = file("log_file: \"" + log + "\"\n");
        try (NatsServer server = NatsServer.builder().config(file).port(0).start()) {
            file("log_file: \"%s\"\npid_file: \"%s\"\n".formatted(other, pid));
            List<OptionsChange> changes = server.reload();
            assertThat(keys(changes, true)).containsExactly("log_file");
            assertThat(keys(changes, false)).containsExactly("pid_file");
            Modes.await("the other log", () -> has(other, "Reloaded: log_file = " + other));
            // Nowhere isn't standard error, as of an executable: the log stays where it is.
            file("debug: true\n");
            assertThat(keys(server.reload(), false)).contains("log_file", "debug", "pid_file");
            Modes.await("the same log", () -> has(other, "reload not supported for log_file"));
        }
        assertThat(pid).doesNotExist();
        LogLines own = new LogLines();
        file("log_file: \"%s\"\nports_file_dir: \"%s\"\n".formatted(log, folder));
        try (NatsServer server =
                NatsServer.builder().config(file).port(0).log(own.verbose()).start()) {
            own.await("[WRN] pid_file and ports_file_dir are for processes");
            file("log_file: \"%s\"\n".formatted(other));
            assertThat(server.reload())
                    .extracting(OptionsChange::key, OptionsChange::live)
                    .containsExactlyInAnyOrder(
                            tuple("log_file", false), tuple("ports_file_dir", false));
        }
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("one.log", "other.log", "server.conf");
    }

    private static boolean has(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldTakeTheLastConfigurationAndAskAgainForOptionsAtEachReload() throws Exception {
        AtomicInteger payload = new AtomicInteger(1000);
        NatsServer.Builder builder =
                NatsServer.builder()
                        .config(file("no_such_key: 1"))
                        .config("max_payload: 1\nmax_control_line: 2000\nserver_name: text")
                        .options(options -> options.maxPayload(payload.get()))
                        .port(0);
        try (NatsServer one = builder.start()) {
            builder.options(options -> options.serverName("two"));
            // A builder makes several, each as it was said until then.
            try (NatsServer two = builder.start()) {
                assertThat(one.name()).isEqualTo("text");
                assertThat(two.name()).isEqualTo("two");
                assertThat(two.port()).isNotEqualTo(one.port());
            }
            assertThat(one.options().limits().maxControlLineBytes()).isEqualTo(2000);
            payload.set(3000);
            assertThat(keys(one.reload(), true)).containsExactly("max_payload");
            assertThat(one.options().limits().maxPayloadBytes()).isEqualTo(3000);
        }
    }

    /** Whatever a reload is at, the server closes, and nothing of it is left behind. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhileOthersReload(Mode mode) throws Exception {
        Path file = file("max_payload: 1000");
        ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 5; i++) {
            file("max_payload: 1000");
            NatsServer server =
                    NatsServer.builder()
                            .config(file)
                            .port(0)
                            .options(options -> options.threading(mode))
                            .start();
            // From here on it takes leaf nodes, which opens a port.
            file("max_payload: 2000\nleafnodes { host: 127.0.0.1, port: -1 }");
            CountDownLatch begun = new CountDownLatch(2);
            Runnable reloads =
                    () -> {
                        begun.countDown();
                        try {
                            while (true) {
                                server.reload();
                            }
                        } catch (IOException | RuntimeException e) {
                            thrown.add(e);
                        }
                    };
            List<Thread> threads =
                    List.of(Thread.ofPlatform().start(reloads), Thread.ofPlatform().start(reloads));
            begun.await();
            server.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThatIllegalStateException()
                    .isThrownBy(server::reload)
                    .withMessage("the server is closed");
            assertThatIllegalStateException()
                    .isThrownBy(server::stats)
                    .withMessage("the server is closed");
        }
        assertThat(thrown)
                .hasSize(10)
                .allSatisfy(
                        each ->
                                assertThat(each)
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessage("the server is closed"));
    }
}

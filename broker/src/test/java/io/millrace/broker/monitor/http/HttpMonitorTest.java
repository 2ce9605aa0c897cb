package io.millrace.broker.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.AnswerMemory;
import io.millrace.broker.monitor.Answers;
import io.millrace.broker.monitor.Reply;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The server around the endpoints, by sockets and bytes. */
class HttpMonitorTest {
    /** Little time for a request: only for those whose connection is to be closed. */
    private static final HttpLimits LIMITS =
            new HttpLimits(3, 1024, 2048, 300, 60_000, 60_000, 60_000, 64 * 1024, 32 * 1024 * 1024);

    private static final HttpLimits PATIENT = patient(3, 60_000);
    private static final Answers JSON =
            (path, query) ->
                    new Reply(
                            200,
                            Reply.Kind.JSON,
                            ("{\"path\":\"" + path + "\"}").getBytes(StandardCharsets.UTF_8));

    private static HttpLimits patient(int connections, long patienceMs) {
        return new HttpLimits(
                connections,
                1024,
                2048,
                60_000,
                60_000,
                60_000,
                patienceMs,
                64 * 1024,
                32 * 1024 * 1024);
    }

    private final List<String> log = new ArrayList<>();
    private final Ledger ledger = Ledger.unbounded();
    private @Nullable HttpMonitor monitor;

    @AfterEach
    void close() throws Exception {
        if (monitor != null) {
            monitor.close();
        }
    }

    private void start(Answers answers, HttpLimits limits, String user, String password)
            throws Exception {
        MonitorOptions options =
                new OptionsBuilder()
                        .host("127.0.0.1")
                        .httpPort(-1)
                        .monitorUser(user)
                        .monitorPassword(new Secret(password))
                        .conclude(1)
                        .monitor();
        monitor =
                HttpMonitor.bind(
                        options,
                        answers,
                        null,
                        ServerLog.to((level, text) -> log.add(text), false, false),
                        ledger,
                        limits);
    }

    private void start(Answers answers) throws Exception {
        start(answers, PATIENT, "", "");
    }

    private Socket connect() throws IOException {
        HttpMonitor running = monitor;
        assert running != null;
        Socket socket = new Socket("127.0.0.1", running.address().getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** Sends bytes, and reads until the server closes the connection. */
    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return readToEnd(socket);
        }
    }

    private static String readToEnd(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            int b;
            while ((b = socket.getInputStream().read()) >= 0) {
                text.append((char) b);
            }
        } catch (SocketException e) {
            // reset: closed, too
        }
        return text.toString();
    }

    private String get(String path, String... headers) throws IOException {
        return exchange(
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + String.join("", headers)
                        + "\r\n");
    }

    @Test
    void shouldAnswerWithTheHeadersOfItsKind() throws Exception {
        start(JSON);
        assertThat(get("/a?b=c"))
                .startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                .contains("\r\nAccess-Control-Allow-Origin: *\r\n")
                .contains("\r\nX-Content-Type-Options: nosniff\r\n")
                .contains("\r\nContent-Security-Policy: default-src 'none';")
                .contains("\r\nContent-Length: 13\r\n")
                .endsWith("\r\n\r\n{\"path\":\"/a\"}");
    }

    @Test
    void shouldSayThatThereIsNoMemoryForAnAnswerNow() throws Exception {
        ledger.bound(new MemoryBounds(1_000_000, 0));
        start(
                (path, query) -> {
                    AnswerMemory.hold(1_000_001);
                    return JSON.answer(path, query);
                });
        assertThat(get("/a"))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\r\nRetry-After: 1\r\n")
                .endsWith("\r\n\r\nno memory is left for an answer this large; ask for less\n");
        assertThat(log).isEmpty();
    }

    @Test
    void shouldSendNoBodyForHead() throws Exception {
        start(JSON);
        assertThat(exchange("HEAD /a HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .contains("\r\nContent-Length: 13\r\n")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO"})
    void shouldRefuseOtherMethods(String method) throws Exception {
        start(JSON);
        assertThat(exchange(method + " /a HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
                .contains("\r\nAllow: GET, HEAD\r\n");
    }

    @Test
    void shouldSendToTheCleanPathAsTheReference() throws Exception {
        start(JSON);
        assertThat(exchange("GET //a/./b?c=<d>&e HTTP/1.1\nHost: x\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 307 Temporary Redirect\r\n")
                .contains("\r\nContent-Type: text/html; charset=utf-8\r\n")
                .contains("\r\nLocation: /a/b?c=<d>&e\r\n")
                .endsWith("\r\n\r\n<a href=\"/a/b?c=&lt;d&gt;&amp;e\">Temporary Redirect</a>.\n\n");
        assertThat(get("/a//?\u00e9"))
                .contains("\r\nLocation: /a/?%e9\r\n")
                .endsWith("\r\n\r\n<a href=\"/a/?\u00e9\">Temporary Redirect</a>.\n\n");
        assertThat(get("http://h:99/%61")).endsWith("\r\n\r\n{\"path\":\"/a\"}");
        assertThat(get("/%zz")).startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(get("a")).startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(exchange("POST //a HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 307 ");
    }

    @Test
    void shouldSayNothingOfTheServerButThatItIsThere() throws Exception {
        start(JSON);
        assertThat(exchange("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nContent-Length: 0\r\n")
                .endsWith("\r\n\r\n");
        assertThat(exchange("GET * HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("\r\nContent-Length: 0\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void shouldRefuseBodies() throws Exception {
        start(JSON);
        assertThat(exchange("GET /a HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nx"))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void shouldRefuseWhatIsTooLongOrNoHttp() throws Exception {
        start(JSON);
        assertThat(get("/" + "a".repeat(1100))).startsWith("HTTP/1.1 414 ");
        assertThat(get("/a", "X: " + "y".repeat(2100) + "\r\n")).startsWith("HTTP/1.1 431 ");
        assertThat(get("/a", "a:\r\n".repeat(98))).startsWith("HTTP/1.1 200 ");
        assertThat(get("/a", "a:\r\n".repeat(99))).startsWith("HTTP/1.1 431 ");
        assertThat(exchange("GET /a\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void shouldAnswerRequestsThatWereSentAheadOneAfterTheOther() throws Exception {
        start(JSON);
        String all =
                exchange(
                        "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"
                                + "GET /3 HTTP/1.1\r\nConnection: close\r\n\r\n"
                                + "GET /4 HTTP/1.1\r\n\r\n");
        assertThat(all).containsSubsequence("\"/1\"", "\"/2\"", "\"/3\"").doesNotContain("/4");
    }

    @Test
    void shouldAnswerManyRequestsOfOneConnection() throws Exception {
        start(JSON);
        try (Socket socket = connect()) {
            for (int i = 0; i < 20; i++) {
                socket.getOutputStream().write("GET /a HTTP/1.1\r\n".getBytes());
                socket.getOutputStream().write("Host: x\r\n\r\n".getBytes());
                StringBuilder answer = new StringBuilder();
                while (answer.indexOf("{\"path\":\"/a\"}") < 0) {
                    int b = socket.getInputStream().read();
                    assertThat(b).isNotNegative();
                    answer.append((char) b);
                }
            }
        }
    }

    @Test
    void shouldCloseAClientThatSendsOneByteAtATime() throws Exception {
        start(JSON, LIMITS, "", "");
        try (Socket socket = connect()) {
            Thread dripping =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            while (!Thread.currentThread().isInterrupted()) {
                                                socket.getOutputStream().write('G');
                                                Thread.sleep(20);
                                            }
                                        } catch (IOException | InterruptedException e) {
                                            // closed, as it should be
                                        }
                                    });
            assertThat(readToEnd(socket)).isEmpty();
            dripping.interrupt();
            assertThat(dripping.join(Duration.ofSeconds(60))).isTrue();
        }
    }

    @Test
    void shouldCloseAClientThatSaysNothing() throws Exception {
        start(JSON, LIMITS, "", "");
        try (Socket socket = connect()) {
            assertThat(readToEnd(socket)).isEmpty();
        }
    }

    @Test
    void shouldSay500AndGoOnWhenAnEndpointFails() throws Exception {
        start(
                (path, query) -> {
                    throw new IllegalStateException("boom");
                });
        assertThat(get("/a")).startsWith("HTTP/1.1 500 ").doesNotContain("boom");
        assertThat(get("/a")).startsWith("HTTP/1.1 500 ");
        assertThat(log.getFirst()).contains("boom");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cb", "a.b.c", "$", "_x1", "jQuery.cb_1"})
    void shouldWrapJsonIntoACall(String callback) throws Exception {
        start(JSON);
        assertThat(get("/a?callback=" + callback))
                .contains("\r\nContent-Type: application/javascript\r\n")
                .doesNotContain("Access-Control")
                .endsWith("\r\n\r\n" + callback + "({\"path\":\"/a\"})");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1a", "a%3Bb", "alert(1)//", "a..b", "%3Cscript%3E", "a%0Ab", "a."})
    void shouldRefuseCallbacksThatAreNoFunction(String callback) throws Exception {
        start(JSON);
        assertThat(get("/a?callback=" + callback))
                .startsWith("HTTP/1.1 400 ")
                .endsWith("\r\n\r\ncallback must be the name of a function");
    }

    @Test
    void shouldAskForUserAndPasswordWhereTheyAreSet() throws Exception {
        start(JSON, PATIENT, "ops", "s3cr:et");
        assertThat(get("/a"))
                .startsWith("HTTP/1.1 401 ")
                .contains("\r\nWWW-Authenticate: Basic realm=\"Millrace\"");
        assertThat(get("/a", basic("ops:wrong"))).startsWith("HTTP/1.1 401 ");
        assertThat(get("/a", basic("oops:s3cr:et"))).startsWith("HTTP/1.1 401 ");
        assertThat(get("/a", "Authorization: Basic %%%\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/a", "Authorization: Bearer x\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/a", basic("ops:s3cr:et"))).startsWith("HTTP/1.1 200 ");
        assertThat(get("/a?callback=cb", basic("ops:s3cr:et"))).startsWith("HTTP/1.1 400 ");
        assertThat(log).isEmpty();
    }

    private static String basic(String userAndPassword) {
        return "Authorization: Basic "
                + Base64.getEncoder()
                        .encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    }

    @Test
    void shouldRefuseHttpsWithoutTls() {
        MonitorOptions options =
                new OptionsBuilder().host("127.0.0.1").httpsPort(-1).conclude(1).monitor();
        assertThatThrownBy(
                        () ->
                                HttpMonitor.bind(
                                        options,
                                        JSON,
                                        null,
                                        ServerLog.discarding(),
                                        ledger,
                                        LIMITS))
                .isInstanceOf(IOException.class)
                .hasMessage("TLS cert and key required for HTTPS");
    }
}

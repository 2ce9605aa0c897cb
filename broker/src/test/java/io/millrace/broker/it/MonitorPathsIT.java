package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Paths that aren't clean, by their bytes; the answers are those of nats-server 2.15.2. */
class MonitorPathsIT {
    private static String exchange(NatsServer server, String firstLine) throws IOException {
        try (Socket socket = RawClient.open(server.monitorPort())) {
            String request = firstLine + "\r\nHost: h\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void shouldSend(NatsServer server, String path, String location)
            throws IOException {
        for (String method : new String[] {"GET", "HEAD", "POST"}) {
            assertThat(exchange(server, method + " " + path + " HTTP/1.1"))
                    .startsWith("HTTP/1.1 307 Temporary Redirect\r\n")
                    .contains("\r\nLocation: " + location + "\r\n");
        }
    }

    private static void shouldSay(NatsServer server, String request, int status)
            throws IOException {
        assertThat(exchange(server, request + " HTTP/1.1"))
                .as(request)
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTreatPathsAsTheReference(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.httpPort(-1))) {
            shouldSend(server, "//varz", "/varz");
            shouldSend(server, "/./varz", "/varz");
            shouldSend(server, "/x/../varz?callback=f", "/varz?callback=f");
            shouldSend(server, "//%76arz", "/%2576arz");
            shouldSend(server, "//nope", "/nope");
            shouldSend(server, "http://h//varz", "/varz");
            shouldSend(server, "http://h", "/");
            for (String there :
                    new String[] {"/", "/varz", "/%76arz", "/debug/%76ars", "http://h/varz"}) {
                shouldSay(server, "GET " + there, 200);
                shouldSay(server, "HEAD " + there, 200);
            }
            for (String nowhere :
                    new String[] {
                        "GET /varz/",
                        "GET /debug",
                        "GET /debug%2fvars",
                        "GET /x/%2e%2e/varz",
                        "GET /varz%00",
                        "GET /VARZ",
                        "POST /nope",
                        "CONNECT h:80",
                        "CONNECT //varz",
                        "CONNECT /nope"
                    }) {
                shouldSay(server, nowhere, 404);
            }
            shouldSay(server, "GET *", 400);
            shouldSay(server, "OPTIONS *", 200);
            shouldSay(server, "CONNECT *", 400);
            shouldSay(server, "GET varz", 400);
            shouldSay(server, "GET /%zz", 400);
            // The reference answers whatever the method is; here there is only reading.
            shouldSay(server, "POST /varz", 405);
            shouldSay(server, "CONNECT /varz", 405);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTreatPathsBelowABaseAsTheReference(Mode mode) throws Exception {
        try (NatsServer server =
                Modes.start(mode, options -> options.httpPort(-1).httpBasePath("/b/c"))) {
            shouldSend(server, "/b/c//varz", "/b/c/varz");
            shouldSend(server, "/b//c/./varz", "/b/c/varz");
            shouldSend(server, "/b/c/x/../varz", "/b/c/varz");
            shouldSend(server, "/b/c/varz/..", "/b/c");
            shouldSend(server, "/b/c/../varz", "/b/varz");
            shouldSend(server, "http://h/b/c//varz?x", "/b/c/varz?x");
            shouldSend(server, "//varz", "/varz");
            shouldSay(server, "GET /b/c/%76arz", 200);
            shouldSay(server, "GET /b/c", 200);
            shouldSay(server, "GET /%62/c/varz", 200);
            shouldSay(server, "GET /b%2fc/varz", 404);
            shouldSay(server, "GET /varz", 404);
            shouldSay(server, "GET /", 404);
        }
    }
}

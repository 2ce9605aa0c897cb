package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Monitoring closes connections for whoever has its password and means it, and for nobody else. */
class ClosingIT {
    private static final String MEANT = "X-Millrace";

    private final HttpClient http = HttpClient.newHttpClient();

    private static HttpRequest.Builder close(NatsServer server, String cid) {
        return HttpRequest.newBuilder(URI.create(server.monitorUrl() + "/close?cid=" + cid));
    }

    private static HttpRequest.Builder as(HttpRequest.Builder request, String who) {
        byte[] login = who.getBytes(StandardCharsets.UTF_8);
        return request.header(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
    }

    private static HttpRequest.Builder post(HttpRequest.Builder request) {
        return request.POST(HttpRequest.BodyPublishers.noBody());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseAConnectionForWhoeverHasThePasswordAndMeansIt(Mode mode) throws Exception {
        String config = "monitor { username: ops, password: geheim }";
        try (NatsServer server =
                        Modes.start(
                                mode, options -> Configured.into(options.httpPort(-1), config));
                RawClient client = RawClient.connected(server)) {
            client.fence();
            assertThat(send(as(close(server, "1"), "ops:geheim").header(MEANT, "1")))
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(405);
            assertThat(send(post(close(server, "1")).header(MEANT, "1")).statusCode())
                    .isEqualTo(401);
            assertThat(send(as(post(close(server, "1")), "ops:no").header(MEANT, "1")).statusCode())
                    .isEqualTo(401);
            // As another site would have a browser do it.
            assertThat(send(as(post(close(server, "1")), "ops:geheim")).statusCode())
                    .isEqualTo(403);
            assertThat(send(as(post(close(server, "99")), "ops:geheim").header(MEANT, "1")))
                    .extracting(HttpResponse::statusCode, HttpResponse::body)
                    .containsExactly(404, "no client with cid 99\n");
            client.fence();
            assertThat(send(as(post(close(server, "1")), "ops:geheim").header(MEANT, "1")))
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(200);
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseNothingWhereNobodyNeedsAPassword(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.httpPort(-1));
                RawClient client = RawClient.connected(server)) {
            client.fence();
            HttpResponse<String> answer = send(post(close(server, "1")).header(MEANT, "1"));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("takes a password");
            client.fence();
        }
    }
}

package io.millrace.bench.soak;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody who reads the monitoring pages, one after the other, and looks whether they are whole.
 */
final class PageReader implements AutoCloseable {
    private static final List<String> PAGES =
            List.of(
                    "/varz",
                    "/connz?subs=1&auth=1",
                    "/subsz?subs=1",
                    "/metrics",
                    "/latencyz",
                    "/slowz",
                    "/accstatz");

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonFactory json = new JsonFactory();
    private final String server;
    private final AtomicLong read = new AtomicLong();

    PageReader(int port) {
        server = "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
    }

    /** The next page. */
    void read() throws IOException, InterruptedException {
        String page = PAGES.get((int) (read.get() % PAGES.size()));
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server + page))
                        .timeout(Duration.ofMillis(Entrance.TIMEOUT_MS))
                        .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || answer.body().isBlank()) {
            throw new IOException(page + " was answered with " + answer + " " + answer.body());
        }
        if (isJson(answer)) {
            parse(answer.body());
        } else if (!page.equals("/metrics")) {
            throw new IOException(page + " isn't JSON: " + answer.headers());
        }
        read.incrementAndGet();
    }

    private static boolean isJson(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
    }

    private void parse(String text) throws IOException {
        try (JsonParser parser = json.createParser(text)) {
            while (parser.nextToken() != null) {
                // what isn't JSON throws
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "pages: %,d read (%s)".formatted(read.get(), String.join(" ", PAGES));
    }
}

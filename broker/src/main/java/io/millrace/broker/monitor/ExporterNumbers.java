package io.millrace.broker.monitor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * All numbers of an answer as the exporter makes metrics of them: each is called as the way to it,
 * lists are left out, some texts are labels and times milliseconds.
 */
final class ExporterNumbers {
    /** Texts that are told. */
    private static final Set<String> TEXTS =
            Set.of("server_id", "server_name", "version", "domain", "leader", "name");

    private static final Set<String> TIMES = Set.of("start", "config_load_time");

    /** Configured things that the exporter leaves out, too. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "leaf",
                    "cluster_tls_timeout",
                    "cluster_cluster_port",
                    "cluster_auth_timeout",
                    "gateway_port",
                    "gateway_auth_timeout",
                    "gateway_tls_timeout",
                    "gateway_connect_retries");

    /** What only grows. */
    private static final Pattern COUNTER =
            Pattern.compile(
                    "(in|out)_(client_)?(msgs|bytes)|total_connections|slow_consumers|stale_.*"
                            + "|slow_consumer_stats_.*|stalled_clients|http_req_stats_.*"
                            + "|jetstream_stats_api_(total|errors)|num_(inserts|removes|matches)");

    private static final JsonFactory JSON = new JsonFactory();

    private final MetricsText text;
    private final String prefix;
    private final Set<String> seen = new HashSet<>();
    private final Deque<String> way = new ArrayDeque<>();

    private ExporterNumbers(MetricsText text, String prefix) {
        this.text = text;
        this.prefix = prefix;
    }

    /**
     * Writes them.
     *
     * @param endpoint with which their names begin
     */
    static void write(MetricsText text, ExporterNames names, String endpoint, JsonOut.Fields answer)
            throws BadQueryException, InterruptedException {
        byte[] json = JsonOut.line(answer::write);
        try (JsonParser parser = JSON.createParser(json)) {
            new ExporterNumbers(text, names.of(endpoint)).object(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void object(JsonParser parser) throws IOException {
        if (parser.currentToken() == null) {
            parser.nextToken();
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            way.addLast(parser.currentName());
            switch (parser.nextToken()) {
                case START_OBJECT -> {
                    if (LEFT_OUT.contains(name())) {
                        parser.skipChildren();
                    } else {
                        object(parser);
                    }
                }
                case START_ARRAY -> parser.skipChildren();
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getDoubleValue());
                case VALUE_STRING -> text(parser.currentName(), parser.getText());
                default -> {}
            }
            way.removeLast();
        }
    }

    /** The way here, of letters that a name may have. */
    private String name() {
        return String.join("_", way)
                .replaceAll("[^A-Za-z0-9_]", "_")
                .replaceAll("_{2,}", "_")
                .replaceAll("^_|_$", "");
    }

    private void number(double value) {
        String name = name();
        if (LEFT_OUT.contains(name) || !seen.add(name)) {
            return;
        }
        if (COUNTER.matcher(name).matches()) {
            text.misnamedCounter(prefix + '_' + name, name);
        } else {
            text.gauge(prefix + '_' + name, name);
        }
        text.value(value);
    }

    private void text(String field, String value) {
        String name = name();
        if (TIMES.contains(field) && seen.add(name)) {
            text.gauge(prefix + '_' + name, name + ", in milliseconds");
            text.value(Instant.parse(value).toEpochMilli());
        } else if (TEXTS.contains(field) && seen.add(name)) {
            text.gauge(prefix + '_' + name, name);
            text.value(Labels.of("value", value), 1);
        }
    }
}

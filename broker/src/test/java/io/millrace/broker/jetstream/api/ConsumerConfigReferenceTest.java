package io.millrace.broker.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ConsumerBounds;
import io.millrace.broker.jetstream.config.ConsumerChecks;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerConfigJson;
import io.millrace.broker.jetstream.config.ConsumerMetadata;
import io.millrace.broker.jetstream.config.ConsumerPath;
import io.millrace.broker.jetstream.config.ConsumerVerdict;
import io.millrace.broker.jetstream.config.FakeConsumers;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.json.JsonWriter;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every rule of the reference for consumers, by what it answered: the error, or the configuration
 * that it made of the request, to the byte. What is there when a stream's next consumer is asked
 * for is what came of the requests before.
 */
class ConsumerConfigReferenceTest {
    /** A character that stands there so many times. */
    private static final Pattern REPEATED = Pattern.compile("\\{(.)\\*(\\d+)\\}");

    private static final AccountLimits SMALL = new AccountLimits(-1, -1, -1, 2, 20, -1, -1, false);

    private static final Map<String, ConsumerBounds> BOUNDS =
            Map.of(
                    "plain", new ConsumerBounds(AccountLimits.NONE, 0, 0, 1000),
                    "lenient", ConsumerBounds.NONE,
                    "bounded", new ConsumerBounds(AccountLimits.NONE, 50, 10, 3),
                    "account", new ConsumerBounds(SMALL, 0, 0, 1000));

    /**
     * A stream, and what was asked of it.
     *
     * @param there its number, what bounds its consumers, and its configuration
     */
    record Story(String there, List<Exchange> exchanges) {
        @Override
        public String toString() {
            return there;
        }
    }

    static List<Story> stories() throws Exception {
        return Exchange.read(ConsumerChecks.class, "consumers.txt").stream()
                .collect(Collectors.groupingBy(Exchange::there))
                .entrySet()
                .stream()
                .map(each -> new Story(each.getKey(), each.getValue()))
                .toList();
    }

    private final FakeConsumers consumers = new FakeConsumers();
    private boolean strict;
    private ConsumerBounds bounds = ConsumerBounds.NONE;
    private StreamConfig stream = StreamConfig.named("S");

    @ParameterizedTest
    @MethodSource("stories")
    void shouldAnswerAsTheReferenceDoes(Story story) {
        String[] there = story.there.split(" ", 3);
        strict = !there[1].equals("lenient");
        bounds = BOUNDS.get(there[1]);
        stream = Configs.kept(there[2]);
        List<String> differences = new ArrayList<>();
        for (Exchange exchange : story.exchanges) {
            String request = expanded(exchange.request());
            int blank = request.indexOf(' ');
            String told = told(request.substring(0, blank), request.substring(blank + 1));
            String expected = expanded(exchange.answer());
            if (!told.equals(expected)) {
                differences.add(exchange.request() + ": " + told + ", not " + expected);
            }
        }
        assertThat(differences).isEmpty();
    }

    private static String expanded(String text) {
        return REPEATED.matcher(text)
                .replaceAll(
                        found ->
                                Matcher.quoteReplacement(
                                        found.group(1).repeat(Integer.parseInt(found.group(2)))));
    }

    private String told(String subject, String said) {
        if (subject.equals("SUB")) {
            consumers.subscribe(said);
            return "ok";
        }
        byte[] body = said.getBytes(StandardCharsets.UTF_8);
        ConsumerVerdict verdict =
                switch (ConsumerCreateRequest.read(body, strict)) {
                    case Request.Refused<ConsumerCreateRequest>(ApiError error) ->
                            new ConsumerVerdict.Refused(error);
                    case Request.Read<ConsumerCreateRequest>(ConsumerCreateRequest read) ->
                            check(ConsumerPath.of("$JS.API.CONSUMER." + subject), read);
                };
        JsonWriter out = new JsonWriter();
        switch (verdict) {
            case ConsumerVerdict.Refused(ApiError error) -> error.write(out);
            case ConsumerVerdict.Accepted(String name, ConsumerConfig config) -> {
                assertThat(config).isNotEqualTo(consumers.find(name));
                consumers.put(name, config);
                ConsumerConfigJson.write(out, ConsumerMetadata.told(config, "2.15.2"));
            }
            case ConsumerVerdict.Same(String name, ConsumerConfig config) -> {
                assertThat(config).isEqualTo(consumers.find(name));
                ConsumerConfigJson.write(out, ConsumerMetadata.told(config, "2.15.2"));
            }
        }
        return new String(out.finish(), StandardCharsets.UTF_8)
                .replaceFirst("MADE-UP\\d+", "MADE-UP0");
    }

    private ConsumerVerdict check(ConsumerPath path, ConsumerCreateRequest read) {
        ApiError mismatch = path.mismatch(read.stream(), read.config());
        return mismatch == null
                ? new ConsumerChecks(stream, bounds, consumers, read.pedantic())
                        .check(path.named(read.config()), read.action())
                : new ConsumerVerdict.Refused(mismatch);
    }
}

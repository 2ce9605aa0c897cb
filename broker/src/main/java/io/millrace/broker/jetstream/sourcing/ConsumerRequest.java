package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.ExternalStream;
import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.config.TransformConfig;
import io.millrace.broker.jetstream.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.SortedMap;

/**
 * The request for a consumer at an origin, as servers of NATS write it.
 *
 * @param subject where it goes
 * @param headers the whole block; empty for none
 */
record ConsumerRequest(String subject, String headers, byte[] body) {
    /** How often such a consumer says something at least. */
    static final long HEARTBEAT_NS = 1_000_000_000L;

    /** After which it goes when nobody hears it, and after which it counts as gone. */
    static final long SILENCE_NS = 10_000_000_000L;

    private static final String API = "$JS.API";
    private static final long ACK_WAIT_NS = 22L * 3_600 * 1_000_000_000;
    private static final byte[] NONE = {};

    /**
     * A new consumer.
     *
     * @param deliver where it is to deliver to
     * @param sourcing whether it may be asked for as one for copying, which older servers don't
     *     know
     */
    static ConsumerRequest create(
            StreamSource source,
            String name,
            String deliver,
            Start start,
            boolean sourcing,
            SortedMap<String, String> metadata,
            String headers) {
        List<String> transformed =
                source.transforms().stream().map(TransformConfig::source).toList();
        boolean single = source.filterSubject().isEmpty() && transformed.size() == 1;
        String filter = single ? transformed.getFirst() : source.filterSubject();
        List<String> filters = single ? List.of() : transformed;
        byte[] body =
                new JsonWriter()
                        .field("stream_name", source.name())
                        .object(
                                "config",
                                out -> {
                                    out.field("name", name);
                                    start.write(out);
                                    out.field("ack_policy", "none")
                                            .field("ack_wait", ACK_WAIT_NS)
                                            .field("max_deliver", 1)
                                            .some("filter_subject", filter)
                                            .someTexts("filter_subjects", filters)
                                            .field("replay_policy", "instant")
                                            .field("flow_control", true)
                                            .field("deliver_subject", deliver)
                                            .field("idle_heartbeat", HEARTBEAT_NS)
                                            .field("inactive_threshold", SILENCE_NS)
                                            .field("num_replicas", 0)
                                            .field("direct", true)
                                            .some("sourcing", sourcing)
                                            .someTextMap("metadata", metadata);
                                })
                        .field("action", "")
                        .finish();
        String words = ".CONSUMER.CREATE." + source.name();
        String more = filter.isEmpty() ? "" : '.' + name + '.' + filter;
        return new ConsumerRequest(at(source.external(), words + more), headers, body);
    }

    /** One that is there already begins anew, behind what was acknowledged. */
    static ConsumerRequest reset(StreamSource source, String consumer, String headers) {
        String words = ".CONSUMER.RESET." + source.name() + '.' + consumer;
        return new ConsumerRequest(at(source.external(), words), headers, NONE);
    }

    /** One that isn't needed any more. */
    static ConsumerRequest delete(StreamSource source, String consumer) {
        String words = ".CONSUMER.DELETE." + source.name() + '.' + consumer;
        return new ConsumerRequest(at(source.external(), words), "", NONE);
    }

    private static String at(@Nullable ExternalStream external, String words) {
        return external == null ? API + words : (external.api() + words).replace("..", ".");
    }

    /** The headers that ask for a level of the API; of a source also for the stream's identity. */
    static String headers(int level, boolean identified, String identity) {
        String more = identified ? "Nats-Stream-Identity: " + identity + "\r\n" : "";
        return "NATS/1.0\r\nNats-Required-Api-Level: " + level + "\r\n" + more + "\r\n";
    }
}

package io.millrace.broker.jetstream;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stream elsewhere, as one that copies it sees it: it answers requests, and delivers. */
final class ScriptedOrigin {
    /** A message that it has. */
    record Message(String subject, String headers, String payload, long timeNs) {}

    private static final Pattern NAME = Pattern.compile("\"config\":\\{\"name\":\"([^\"]*)\"");
    private static final Pattern DELIVER = Pattern.compile("\"deliver_subject\":\"([^\"]*)\"");
    private static final Pattern START = Pattern.compile("\"opt_start_seq\":(\\d+)");
    private static final Pattern IDENTITY = Pattern.compile("Nats-Stream-Identity: (\\w+)\r\n");

    final String name;
    final Map<Long, Message> messages = new TreeMap<>();

    /** Only messages whose subjects begin so are delivered. */
    private final String prefix;

    private final CopyStand stand;
    private String identity = "first";
    private long lastSequence;

    // The consumer.
    private String consumer = "";
    private String deliver = "";
    private long delivered;
    private long lastDelivered;
    private long next;

    ScriptedOrigin(String name, String prefix, CopyStand stand) {
        this.name = name;
        this.prefix = prefix;
        this.stand = stand;
    }

    // --- its messages

    long publish(String subject, String headers, String payload) {
        lastSequence++;
        messages.put(lastSequence, new Message(subject, headers, payload, stand.nowNs));
        return lastSequence;
    }

    String identity() {
        return identity;
    }

    void recreate(String newIdentity) {
        identity = newIdentity;
        messages.clear();
        lastSequence = 0;
        forget();
    }

    /** It has no consumer any more, and doesn't say so. */
    void forget() {
        deliver = "";
    }

    // --- what it is asked

    /** Answers a request for a consumer; false if it isn't one for a consumer of this stream. */
    boolean asked(CopyStand.Asked request) {
        String create = "$JS.API.CONSUMER.CREATE." + name;
        if (!(request.subject() + '.').startsWith(create + '.')) {
            return false;
        }
        Matcher known = IDENTITY.matcher(request.headers());
        if (known.find() && !known.group(1).equals(identity)) {
            stand.say(
                    request.reply(),
                    request.reply(),
                    "",
                    "",
                    "{\"error\":{\"code\":400,\"err_code\":10225,\"description\":\"other\"}}");
            return true;
        }
        consumer = found(NAME, request.body());
        deliver = found(DELIVER, request.body());
        Matcher start = START.matcher(request.body());
        next = start.find() ? Long.parseLong(start.group(1)) : 1;
        if (next == 1 && !messages.isEmpty()) {
            next = messages.keySet().iterator().next();
        }
        delivered = 0;
        stand.say(
                request.reply(),
                request.reply(),
                "",
                "NATS/1.0\r\nNats-Stream-Identity: " + identity + "\r\n\r\n",
                ("{\"name\":\"%s\",\"config\":{\"deliver_subject\":\"%s\"},"
                                + "\"delivered\":{\"stream_seq\":%d}}")
                        .formatted(consumer, deliver, next - 1));
        return true;
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(text);
        }
        return matcher.group(1);
    }

    // --- what it delivers

    /**
     * Delivers the next message.
     *
     * @param lost whether it gets lost on the way
     * @return false if there is none
     */
    boolean deliver(boolean lost) {
        while (!deliver.isEmpty() && next <= lastSequence) {
            Message message = messages.get(next);
            long sequence = next;
            next++;
            if (message != null && message.subject.startsWith(prefix)) {
                delivered++;
                lastDelivered = sequence;
                if (!lost) {
                    say(sequence, delivered, message);
                }
                return true;
            }
        }
        return false;
    }

    private void say(long sequence, long delivery, Message message) {
        String reply =
                "$JS.ACK.%s.%s.1.%d.%d.%d.%d"
                        .formatted(
                                name,
                                consumer,
                                sequence,
                                delivery,
                                message.timeNs,
                                lastSequence - sequence);
        stand.say(deliver, message.subject, reply, message.headers, message.payload);
    }

    /** Delivers the last one once more. */
    void repeat() {
        Message last = messages.get(lastDelivered);
        if (!deliver.isEmpty() && delivered > 0 && last != null) {
            say(lastDelivered, delivered, last);
        }
    }

    void heartbeat() {
        if (!deliver.isEmpty()) {
            String lines =
                    "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: %d\r\n"
                            + "Nats-Last-Stream: %d\r\n\r\n";
            stand.say(deliver, deliver, "", lines.formatted(delivered, next - 1), "");
        }
    }
}

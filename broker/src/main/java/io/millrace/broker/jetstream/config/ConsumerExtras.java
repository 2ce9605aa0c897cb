package io.millrace.broker.jetstream.config;

import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a consumer can do that the reference doesn't know. It is asked for in its metadata, so that
 * any client can ask, and a server that doesn't know it leaves it alone.
 *
 * <pre>
 *   millrace.dead_letter   a subject, to which is published what is given up
 *   millrace.ordered_by    subject, or token(n) of it, from 1: messages alike in that go to one
 *                          client at a time, in their order
 * </pre>
 */
public final class ConsumerExtras {
    /** What all keys of the metadata begin with that are the server's own. */
    private static final String OWN = "millrace.";

    private static final String DEAD_LETTER = OWN + "dead_letter";
    private static final String ORDERED_BY = OWN + "ordered_by";

    /** Messages are in no order but that of the stream. */
    public static final int UNORDERED = -1;

    /** Messages on a subject are in order. */
    public static final int BY_SUBJECT = 0;

    private static final int MAX_TOKEN = 32;

    private static final Pattern TOKEN = Pattern.compile("token\\(([1-9]\\d?)\\)");

    private final ConsumerConfig config;
    private final StreamConfig stream;

    private ConsumerExtras(ConsumerConfig config, StreamConfig stream) {
        this.config = config;
        this.stream = stream;
    }

    /** Where what is given up is published; empty for nowhere. */
    public static String deadLetter(ConsumerConfig config) {
        return config.metadata().getOrDefault(DEAD_LETTER, "");
    }

    /**
     * What messages have in common that are delivered in order: {@link #BY_SUBJECT}, a token of it,
     * from 1 to 32, or {@link #UNORDERED}.
     */
    public static int orderedBy(ConsumerConfig config) {
        String said = config.metadata().get(ORDERED_BY);
        return said == null ? UNORDERED : key(said);
    }

    private static int key(String said) {
        if (said.equals("subject")) {
            return BY_SUBJECT;
        }
        Matcher token = TOKEN.matcher(said);
        int number = token.matches() ? Integer.parseInt(token.group(1)) : UNORDERED;
        return number <= MAX_TOKEN ? number : UNORDERED;
    }

    /** What is wrong with what is asked for; null if nothing is. */
    static @Nullable ApiError find(ConsumerConfig config, StreamConfig stream) {
        String wrong = new ConsumerExtras(config, stream).wrong();
        return wrong.isEmpty() ? null : ApiErrors.CONSUMER_INVALID_POLICY.error(wrong);
    }

    private String wrong() {
        for (String each : config.metadata().keySet()) {
            if (each.startsWith(OWN) && !each.equals(DEAD_LETTER) && !each.equals(ORDERED_BY)) {
                return "unknown metadata " + each;
            }
        }
        String wrong = config.metadata().containsKey(DEAD_LETTER) ? wrongDeadLetter() : "";
        boolean ordered = config.metadata().containsKey(ORDERED_BY);
        return wrong.isEmpty() && ordered ? wrongOrder() : wrong;
    }

    private String wrongDeadLetter() {
        String subject = deadLetter(config);
        if (!Subject.isValidLiteral(subject)) {
            return DEAD_LETTER + " needs a valid subject without wildcards";
        }
        if (subject.startsWith("$")) {
            return DEAD_LETTER + " can not be a subject of the server's own";
        }
        if (config.ackPolicy() != AckPolicy.EXPLICIT) {
            return DEAD_LETTER + " requires explicit ack";
        }
        return comesBack(subject) ? DEAD_LETTER + " forms a cycle" : "";
    }

    /** Whether the consumer would get its own dead letters. */
    private boolean comesBack(String subject) {
        boolean kept = stream.subjects().stream().anyMatch(it -> Subjects.collide(subject, it));
        return kept
                && (config.filters().isEmpty()
                        || config.filters().stream().anyMatch(it -> Subjects.collide(subject, it)));
    }

    private String wrongOrder() {
        if (orderedBy(config) == UNORDERED) {
            return ORDERED_BY + " needs to be subject, or token(n) with n from 1 to " + MAX_TOKEN;
        }
        if (config.isPush()) {
            return ORDERED_BY + " requires a pull based consumer";
        }
        if (config.ackPolicy() != AckPolicy.EXPLICIT) {
            return ORDERED_BY + " requires explicit ack";
        }
        if (config.maxAckPending() <= 0) {
            return ORDERED_BY + " requires max ack pending";
        }
        if (config.priorityPolicy() != PriorityPolicy.NONE) {
            return ORDERED_BY + " can not be used with priority groups";
        }
        return config.replayPolicy() == ReplayPolicy.INSTANT
                ? ""
                : ORDERED_BY + " requires instant replay";
    }

    /** Why what there is can't become what is wanted; null if it can. */
    static @Nullable String wrongUpdate(ConsumerConfig there, ConsumerConfig config) {
        if (orderedBy(there) != orderedBy(config)) {
            return ORDERED_BY + " can not be updated";
        }
        // It must hear of each message that goes while it waits.
        boolean moves = !there.filters().equals(config.filters());
        return moves && orderedBy(there) != UNORDERED
                ? ORDERED_BY + " does not let filters be updated"
                : null;
    }
}

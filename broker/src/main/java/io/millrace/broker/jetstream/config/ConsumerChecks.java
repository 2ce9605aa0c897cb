package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * Whether a consumer can be as somebody wants it, by the rules and in the words of the reference on
 * one server.
 */
public final class ConsumerChecks {
    private static final int MAX_NAME_BYTES = 255;
    private static final long INACTIVE_NS = 5_000_000_000L;

    private final StreamConfig stream;
    private final ConsumerBounds bounds;
    private final ConsumerNeighbours neighbours;
    private final boolean pedantic;

    /**
     * Looks at one request.
     *
     * @param stream the one that it is to be a consumer of
     * @param neighbours the consumers of that
     * @param pedantic whether to refuse what would otherwise be mended
     */
    public ConsumerChecks(
            StreamConfig stream,
            ConsumerBounds bounds,
            ConsumerNeighbours neighbours,
            boolean pedantic) {
        this.stream = stream;
        this.bounds = bounds;
        this.neighbours = neighbours;
        this.pedantic = pedantic;
    }

    /**
     * A consumer that may be there already.
     *
     * @param said what was asked for, where that is no {@link ConsumerPath#mismatch} with the
     *     subject, and with {@link ConsumerPath#named its name}
     */
    public ConsumerVerdict check(ConsumerConfig said, ConsumerAction action) {
        ConsumerConfig wanted = ConsumerMetadata.kept(asThere(forCopying(said)));
        ConsumerDraft draft = wanted.draft();
        ApiError wrong = new ConsumerDefaults(draft, stream, bounds, pedantic).apply();
        if (wrong == null) {
            wrong = new ConsumerConfigCheck(draft.config(), stream, bounds).find();
        }
        if (wrong != null) {
            return new ConsumerVerdict.Refused(wrong);
        }
        ConsumerConfig config = draft.config();
        String name = config.isDurable() ? config.durableName() : config.name();
        ConsumerConfig there = name.isEmpty() ? null : neighbours.find(name);
        return there == null ? create(name, config, action) : update(name, there, config, action);
    }

    /**
     * What another server wants for copying. It calls all of them the same, so it gets a name of
     * its own; or, where what is acknowledged is gone, one that lasts.
     */
    private ConsumerConfig forCopying(ConsumerConfig said) {
        if (!said.direct() || !said.sourcing() || said.name().isEmpty()) {
            return said;
        }
        ConsumerDraft draft = said.draft();
        if (stream.retention() == Retention.LIMITS) {
            return draft.name(said.name() + '-' + neighbours.newName()).config();
        }
        return draft.direct(false)
                .durableName(said.name())
                .ackPolicy(AckPolicy.FLOW_CONTROL)
                .ackWaitNs(0)
                .maxDeliver(0)
                .inactiveThresholdNs(0)
                .config();
    }

    /** What can't be asked for where it is there already is as it is. */
    private ConsumerConfig asThere(ConsumerConfig wanted) {
        ConsumerConfig there = wanted.name().isEmpty() ? null : neighbours.find(wanted.name());
        if (there == null) {
            return wanted;
        }
        ConsumerDraft draft = wanted.draft().pauseUntil(there.pauseUntil());
        if (wanted.sourcing() && wanted.isDurable()) {
            draft.deliverPolicy(there.deliverPolicy())
                    .startSequence(there.startSequence())
                    .startTime(there.startTime());
        }
        return draft.config();
    }

    private ConsumerVerdict update(
            String name, ConsumerConfig there, ConsumerConfig config, ConsumerAction action) {
        boolean differs =
                action == ConsumerAction.CREATE
                        && !ConsumerMetadata.withLevelOf(config, there).equals(there);
        if (differs) {
            return new ConsumerVerdict.Refused(ApiErrors.CONSUMER_ALREADY_EXISTS.error());
        }
        if (stream.retention() == Retention.WORK_QUEUE && !isUnique(name, config.filters())) {
            return new ConsumerVerdict.Refused(ApiErrors.CONSUMER_WQ_CONSUMER_NOT_UNIQUE.error());
        }
        ApiError wrong = ConsumerUpdateCheck.find(there, config, neighbours::hasInterest);
        if (wrong != null) {
            return new ConsumerVerdict.Refused(wrong);
        }
        ConsumerDraft draft = config.draft().pauseUntil(utc(config.pauseUntil()));
        if (config.inactiveThresholdNs() != there.inactiveThresholdNs()) {
            draft.inactiveThresholdNs(inactiveNs(config, there.isDurable()));
        }
        ConsumerConfig kept = draft.config();
        return kept.equals(there)
                ? new ConsumerVerdict.Same(name, there)
                : new ConsumerVerdict.Accepted(name, kept);
    }

    private static @Nullable OffsetDateTime utc(@Nullable OffsetDateTime time) {
        return time == null ? null : time.withOffsetSameInstant(ZoneOffset.UTC);
    }

    /** One that isn't to last always goes some time. */
    private static long inactiveNs(ConsumerConfig config, boolean durable) {
        long said = config.inactiveThresholdNs();
        return said == 0 && !durable ? INACTIVE_NS : said;
    }

    private ConsumerVerdict create(String name, ConsumerConfig config, ConsumerAction action) {
        ApiError wrong = beforeCreate(name, config, action);
        if (wrong != null) {
            return new ConsumerVerdict.Refused(wrong);
        }
        ConsumerConfig kept =
                config.draft().inactiveThresholdNs(inactiveNs(config, config.isDurable())).config();
        return new ConsumerVerdict.Accepted(name.isEmpty() ? neighbours.newName() : name, kept);
    }

    private @Nullable ApiError beforeCreate(
            String name, ConsumerConfig config, ConsumerAction action) {
        if (action == ConsumerAction.UPDATE) {
            return ApiErrors.CONSUMER_DOES_NOT_EXIST.error();
        }
        long most = bounds.maxConsumers(stream);
        if (!config.isForCopying() && most > 0 && neighbours.counted() >= most) {
            return ApiErrors.MAXIMUM_CONSUMERS_LIMIT.error();
        }
        if (!config.isForCopying() && stream.retention() == Retention.WORK_QUEUE) {
            ApiError wrong = ofWorkQueue(name, config);
            if (wrong != null) {
                return wrong;
            }
        }
        return Utf8Size.of(name) > MAX_NAME_BYTES ? tooLong(config) : null;
    }

    /** The reference notices it of any but a durable one only where it wants to make a file. */
    private @Nullable ApiError tooLong(ConsumerConfig config) {
        if (config.isDurable()) {
            return ApiErrors.CONSUMER_NAME_TOO_LONG.error(Integer.toString(MAX_NAME_BYTES));
        }
        boolean memory = config.memoryStorage() || stream.storage() == Storage.MEMORY;
        return memory || config.direct()
                ? null
                : ApiErrors.CONSUMER_CREATE.error("error creating store for consumer");
    }

    private @Nullable ApiError ofWorkQueue(String name, ConsumerConfig config) {
        boolean acknowledges =
                config.ackPolicy() == AckPolicy.EXPLICIT
                        || config.ackPolicy() == AckPolicy.FLOW_CONTROL;
        if (!acknowledges) {
            return ApiErrors.CONSUMER_WQ_REQUIRES_EXPLICIT_ACK.error();
        }
        if (config.deliverPolicy() != DeliverPolicy.ALL) {
            return ApiErrors.CONSUMER_WQ_CONSUMER_NOT_DELIVER_ALL.error();
        }
        if (neighbours.counted() == 0) {
            return null;
        }
        if (config.filters().isEmpty()) {
            return ApiErrors.CONSUMER_WQ_MULTIPLE_UNFILTERED.error();
        }
        return isUnique(name, config.filters())
                ? null
                : ApiErrors.CONSUMER_WQ_CONSUMER_NOT_UNIQUE.error();
    }

    /** Whether no other consumer is for any of the same messages. */
    private boolean isUnique(String name, List<String> filters) {
        if (filters.isEmpty()) {
            // As the reference: what is for all isn't compared.
            return true;
        }
        Overlaps own = new Overlaps(filters);
        try {
            for (Map.Entry<String, ConsumerConfig> other : neighbours.all().entrySet()) {
                ConsumerConfig config = other.getValue();
                boolean counts = !other.getKey().equals(name) && !config.isForCopying();
                if (counts && collide(own, config.filters())) {
                    return false;
                }
            }
            return true;
        } catch (Overlaps.TooLongException e) {
            return false;
        }
    }

    private static boolean collide(Overlaps own, List<String> others)
            throws Overlaps.TooLongException {
        for (String other : others) {
            if (own.collides(other)) {
                return true;
            }
        }
        return others.isEmpty();
    }
}

package io.millrace.broker.routing.account;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a user may publish and subscribe to, made ready for the router. All clients of a user share
 * one.
 *
 * <p>Made by any thread, then the routing thread's alone: it remembers its verdicts about the
 * subjects that the subject cache knows, so that asking again costs a comparison.
 */
public final class Permissions {
    /** Queue groups whose subscriptions share a filter; those of more have small ones each. */
    private static final int MAX_SHARED_FILTERS = 64;

    private final PermissionOptions options;
    private final VerdictRoom room;
    private final @Nullable SubjectSet publishAllowed;
    private final @Nullable SubjectSet publishDenied;
    private final @Nullable SubjectSet subscribeAllowed;
    private final @Nullable SubjectSet subscribeDenied;
    private final @Nullable ResponseRule responses;
    private final VerdictMemo publishing;

    /** Whether subjects that begin with anything but a dollar may all be published to. */
    private final boolean deniesOnlySystem;

    /** By queue group; empty for everybody. */
    private final Map<String, DeliveryFilter> filters = new HashMap<>();

    /**
     * Compiles the permissions of a user.
     *
     * @param room what they may take to remember verdicts
     */
    public Permissions(PermissionOptions options, VerdictRoom room) {
        this.options = options;
        this.room = room;
        publishAllowed = SubjectSet.allowed(options.publish());
        publishDenied = SubjectSet.denied(options.publish());
        subscribeAllowed = SubjectSet.allowed(options.subscribe());
        subscribeDenied = SubjectSet.denied(options.subscribe());
        responses = options.responses();
        publishing = new VerdictMemo(this::mayPublish, room);
        deniesOnlySystem =
                publishAllowed == null
                        && options.publish().deny().stream().allMatch(each -> each.startsWith("$"));
    }

    /** Whether two clients may do the same; null stands for everything. */
    public static boolean same(@Nullable Permissions one, @Nullable Permissions other) {
        return one == null || other == null ? one == other : one.options.equals(other.options);
    }

    /** What they were made from. */
    public PermissionOptions options() {
        return options;
    }

    /** How requests may be answered beyond what is allowed anyway; null for not at all. */
    public @Nullable ResponseRule responses() {
        return responses;
    }

    /**
     * Whether a message may be published, apart from responses.
     *
     * @param token of the subject in the subject cache; 0 if it isn't there
     */
    public boolean mayPublish(Region bytes, int offset, int length, long token) {
        return publishing.allows(bytes, offset, length, token);
    }

    /**
     * Whether a message may be published, which the first byte of its subject tells; to be asked
     * where {@link #mayPublish} would be dear.
     */
    public boolean mayPublishAtOnce(Region bytes, int offset) {
        return deniesOnlySystem && bytes.getByte(offset) != '$';
    }

    private boolean mayPublish(String subject) {
        return (publishAllowed == null || publishAllowed.contains(subject))
                && (publishDenied == null || !publishDenied.contains(subject));
    }

    /**
     * Whether a subscription is allowed. One that also matches denied subjects may be: see {@link
     * #filter}.
     *
     * @param queue its queue group; empty for none
     */
    public boolean maySubscribe(byte[] subject, byte[] queue) {
        String name = text(queue);
        if (subscribeAllowed != null) {
            SubjectSet.Found found = subscribeAllowed.findAll(text(subject));
            boolean named = queue.length > 0 && !found.queues().isEmpty();
            if (named ? !found.hasQueue(name) : !found.plain()) {
                return false;
            }
        }
        return !isDenied(text(subject), name);
    }

    private boolean isDenied(String subject, String queue) {
        if (subscribeDenied == null) {
            return false;
        }
        SubjectSet.Found found = subscribeDenied.find(subject);
        return found.plain() || !queue.isEmpty() && found.hasQueue(queue);
    }

    /** What keeps denied messages from an allowed subscription; null if it can't get any. */
    public @Nullable DeliveryFilter filter(byte[] subject, byte[] queue) {
        if (subscribeDenied == null || !subscribeDenied.overlaps(text(subject))) {
            return null;
        }
        String group = subscribeDenied.namesQueues() ? text(queue) : "";
        DeliveryFilter known = filters.get(group);
        if (known != null) {
            return known;
        }
        if (filters.size() == MAX_SHARED_FILTERS) {
            return new DeliveryFilter(group, VerdictRoom.none());
        }
        DeliveryFilter shared = new DeliveryFilter(group, room);
        filters.put(group, shared);
        return shared;
    }

    /** Keeps messages whose subjects are denied from the subscriptions that match them. */
    public final class DeliveryFilter {
        private final VerdictMemo memo;

        private DeliveryFilter(String queue, VerdictRoom room) {
            memo = new VerdictMemo(subject -> !isDenied(subject, queue), room);
        }

        /**
         * Whether a message may be delivered.
         *
         * @param token of its subject in the subject cache; 0 if it isn't there
         */
        public boolean passes(Region bytes, int offset, int length, long token) {
            return memo.allows(bytes, offset, length, token);
        }
    }

    /** Subjects are compared as bytes, each a character of the same value. */
    public static String text(String configured) {
        return text(configured.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public static String text(Region bytes, int offset, int length) {
        return text(bytes.bytes(offset, length));
    }
}

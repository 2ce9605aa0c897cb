package io.millrace.broker.routing.account;

import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

/**
 * What may cross between this server and the others of its cluster, by this server's own rules.
 * Routing thread, once made.
 *
 * <p>As in the reference, they are about interest: what isn't told or taken has no messages. Only
 * where interest is wider than what is denied, messages are looked at, and only those that leave.
 */
public final class CrossingRules {
    /** Of the sessions of MQTT; other servers must always know. */
    private static final String MQTT = "$MQTT.";

    private final @Nullable SubjectSet told;
    private final @Nullable SubjectSet hidden;
    private final @Nullable SubjectSet taken;
    private final @Nullable SubjectSet ignored;
    private final @Nullable VerdictMemo leaving;

    /** The rules of a configuration; null for none. */
    public static @Nullable CrossingRules of(@Nullable RoutePermissions permissions) {
        return permissions == null ? null : new CrossingRules(permissions);
    }

    CrossingRules(RoutePermissions permissions) {
        told = SubjectSet.allowed(permissions.imports());
        hidden = SubjectSet.denied(permissions.imports());
        taken = SubjectSet.allowed(permissions.exports());
        SubjectSet never = SubjectSet.denied(permissions.exports());
        ignored = never;
        leaving =
                never == null
                        ? null
                        : new VerdictMemo(
                                subject -> !never.contains(subject), VerdictRoom.ofConfiguration());
    }

    /** Whether the others are told of interest in a subject, be it a wildcard. */
    public boolean tells(String subject) {
        return (told == null || subject.startsWith(MQTT) || told.findAll(subject).plain())
                && (hidden == null || !hidden.contains(subject));
    }

    /** Whether their interest in a subject, be it a wildcard, is taken. */
    public boolean takes(String subject) {
        return (taken == null || taken.findAll(subject).plain())
                && (ignored == null || !ignored.contains(subject));
    }

    /**
     * Whether a message may leave.
     *
     * @param token of its subject in the subject cache; 0 if it isn't there
     */
    public boolean letsGo(Region bytes, int offset, int length, long token) {
        return leaving == null || leaving.allows(bytes, offset, length, token);
    }
}

package io.millrace.broker.config.auth;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * What a user may do.
 *
 * @param publish subjects it may publish to
 * @param subscribe subjects it may subscribe to, each with a queue group behind a blank if it is
 *     meant for that group only
 * @param responses what it may publish besides, in answer to requests it got; null for nothing
 */
public record PermissionOptions(
        SubjectRules publish, SubjectRules subscribe, @Nullable ResponseRule responses) {
    /**
     * What is allowed and what is not; a denied subject is denied even if it is allowed.
     *
     * @param allow null if everything is allowed
     */
    public record SubjectRules(@Nullable List<String> allow, List<String> deny) {
        public static final SubjectRules EVERYTHING = new SubjectRules(null, List.of());
        public static final SubjectRules NOTHING = new SubjectRules(List.of(), List.of());
    }

    /**
     * How a reply subject that came with a message may be published to.
     *
     * @param max messages to one reply subject; negative for no limit
     * @param expires time after the request; negative for no limit
     */
    public record ResponseRule(int max, Duration expires) {
        public static final ResponseRule DEFAULT = new ResponseRule(1, Duration.ofMinutes(2));
    }

    /** With a rule for responses, only those may be published where nothing else is said. */
    public PermissionOptions {
        if (responses != null && publish.allow() == null) {
            publish = new SubjectRules(SubjectRules.NOTHING.allow(), publish.deny());
        }
    }
}

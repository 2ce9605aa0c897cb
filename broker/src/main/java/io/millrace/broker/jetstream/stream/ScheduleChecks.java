package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.MessageTtl;
import io.millrace.broker.jetstream.publish.NoSchedule;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.publish.Rollup;
import io.millrace.broker.jetstream.publish.Schedule;
import io.millrace.broker.jetstream.publish.TimedSchedule;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

/** What a publisher may say of schedules (ADR-51). Shard thread. */
final class ScheduleChecks {
    /** In {@link Header#SCHEDULE_NEXT}: the schedule ends with this message. */
    static final String PURGE = "purge";

    private final StreamConfig config;
    private final Messages messages;
    private final RecordView view = new RecordView();
    private final PublishHeaders scheduler = new PublishHeaders();
    private final Bytes bytes = new Bytes();

    ScheduleChecks(StreamConfig config, Messages messages) {
        this.config = config;
        this.messages = messages;
    }

    /**
     * What is wrong; null if nothing is.
     *
     * @param staged what the message's batch changes in front of it; null without a batch
     */
    @Nullable ApiError check(
            Incoming message, PublishHeaders headers, @Nullable Staged staged, long nowNs) {
        ApiError wrong =
                switch (Schedule.of(headers)) {
                    case NoSchedule.NONE -> null;
                    case NoSchedule.BAD_TIME_ZONE ->
                            ifAllowed(ApiErrors.MESSAGE_SCHEDULES_TIME_ZONE_INVALID);
                    case NoSchedule.BAD_PATTERN ->
                            ifAllowed(ApiErrors.MESSAGE_SCHEDULES_PATTERN_INVALID);
                    case TimedSchedule timed -> schedule(message, headers, timed, nowNs);
                };
        if (wrong != null) {
            return wrong;
        }
        if (headers.hasValue(Header.SCHEDULE_NEXT)) {
            return next(message, headers, staged);
        }
        return headers.hasValue(Header.SCHEDULER)
                ? ApiErrors.MESSAGE_SCHEDULES_SCHEDULER_INVALID.error()
                : null;
    }

    private ApiError ifAllowed(ApiErrors wrong) {
        return config.allowMsgSchedules()
                ? wrong.error()
                : ApiErrors.MESSAGE_SCHEDULES_DISABLED.error();
    }

    private @Nullable ApiError schedule(
            Incoming message, PublishHeaders headers, TimedSchedule timed, long nowNs) {
        if (timed.nextNs(nowNs, nowNs) == TimedSchedule.NO_TIME) {
            return ifAllowed(ApiErrors.MESSAGE_SCHEDULES_PATTERN_INVALID);
        }
        if (!config.allowMsgSchedules()) {
            return ApiErrors.MESSAGE_SCHEDULES_DISABLED.error();
        }
        if (headers.ttl(Header.SCHEDULE_TTL) == MessageTtl.INVALID) {
            return ApiErrors.MESSAGE_SCHEDULES_TTL_INVALID.error();
        }
        String rollup = headers.text(Header.SCHEDULE_ROLLUP);
        if (!rollup.isEmpty() && !rollup.equalsIgnoreCase("sub")) {
            return ApiErrors.MESSAGE_SCHEDULES_ROLLUP_INVALID.error();
        }
        if (headers.hasValue(Header.SCHEDULE_TTL) && !config.allowMsgTtl()) {
            return ApiErrors.MESSAGE_TTL_DISABLED.error();
        }
        String subject = message.subject.utf8();
        String target = headers.text(Header.SCHEDULE_TARGET);
        if (!Subject.isValidLiteral(target) || target.equals(subject)) {
            return ApiErrors.MESSAGE_SCHEDULES_TARGET_INVALID.error();
        }
        String source = headers.text(Header.SCHEDULE_SOURCE);
        if (!source.isEmpty()
                && (source.equals(target)
                        || source.equals(subject)
                        || !Subject.isValidLiteral(source))) {
            return ApiErrors.MESSAGE_SCHEDULES_SOURCE_INVALID.error();
        }
        if (!isOurs(target)) {
            return ApiErrors.MESSAGE_SCHEDULES_TARGET_INVALID.error();
        }
        if (!source.isEmpty() && !isOurs(source)) {
            return ApiErrors.MESSAGE_SCHEDULES_SOURCE_INVALID.error();
        }
        Rollup its = headers.rollup();
        return its == Rollup.NONE || its == Rollup.SUBJECT
                ? null
                : ApiErrors.MESSAGE_SCHEDULES_ROLLUP_INVALID.error();
    }

    /** Whether the stream has the subject. */
    private boolean isOurs(String subject) {
        for (String each : config.subjects()) {
            if (Subject.overlap(each, subject) != null) {
                return true;
            }
        }
        return false;
    }

    private @Nullable ApiError next(
            Incoming message, PublishHeaders headers, @Nullable Staged staged) {
        String named = headers.text(Header.SCHEDULER);
        if (!headers.text(Header.SCHEDULE_NEXT).equals(PURGE)
                || !Subject.isValidLiteral(named)
                || named.equals(message.subject.utf8())) {
            return ApiErrors.MESSAGE_SCHEDULES_SCHEDULER_INVALID.error();
        }
        if (!config.allowMsgSchedules()) {
            return ApiErrors.MESSAGE_SCHEDULES_DISABLED.error();
        }
        bytes.at(
                headers.region(),
                headers.offset(Header.SCHEDULER),
                headers.length(Header.SCHEDULER));
        Staged.OnSubject before = staged == null ? null : staged.on(bytes);
        if (before != null) {
            return before.schedule ? null : ApiErrors.MESSAGE_SCHEDULES_SCHEDULER_INVALID.error();
        }
        long last = messages.last(bytes);
        if (last != 0 && messages.view(last, view)) {
            scheduler.read(view.region(), view.headerOffset(), view.headerLength());
            if (!scheduler.hasValue(Header.SCHEDULE)) {
                return ApiErrors.MESSAGE_SCHEDULES_SCHEDULER_INVALID.error();
            }
        }
        return null;
    }
}

package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.PriorityGroupName;

import org.jspecify.annotations.Nullable;

/**
 * Asks that another client of a group may have a consumer's messages.
 *
 * @param group its name, a valid one
 */
public record UnpinRequest(String group) {
    private static final Request.Form<UnpinRequest> FORM =
            new Request.Form<>(
                    RequestSchemas.CONSUMER_UNPIN,
                    fields -> new UnpinRequest(fields.text("group")));

    /** Reads it, whatever else it says. */
    public static Request<UnpinRequest> read(byte[] body) {
        Request<UnpinRequest> request = FORM.readWhole(body);
        ApiError wrong =
                request instanceof Request.Read<UnpinRequest>(UnpinRequest said)
                        ? wrong(said.group)
                        : null;
        return wrong == null ? request : new Request.Refused<>(wrong);
    }

    private static @Nullable ApiError wrong(String group) {
        if (group.isEmpty()) {
            return ApiErrors.INVALID_JSON.error("consumer group not specified");
        }
        return PriorityGroupName.isValid(group)
                ? null
                : ApiErrors.CONSUMER_INVALID_GROUP_NAME.error();
    }
}

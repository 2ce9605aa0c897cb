package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ExternalStream;
import io.millrace.broker.jetstream.config.TransformConfig;
import io.millrace.broker.jetstream.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * How the copy of another stream fares.
 *
 * @param name the other stream's
 * @param external where it is, if not here
 * @param lag messages that are to come
 * @param sequence of a source, the last one that is kept; 0 if there is none
 * @param activeNs since something was heard of it; -1 if nothing was yet
 * @param error what went wrong last; null if nothing did
 * @param filter which messages are copied; empty for all, or as the transforms say
 */
public record OriginInfo(
        String name,
        @Nullable ExternalStream external,
        long lag,
        long sequence,
        long activeNs,
        @Nullable ApiError error,
        String filter,
        List<TransformConfig> transforms) {
    /** Writes it as the fields of an object. */
    public void write(JsonWriter out) {
        out.field("name", name)
                .someObject(
                        "external",
                        external,
                        (fields, its) ->
                                fields.field("api", its.api()).field("deliver", its.deliver()))
                .field("lag", lag)
                .some("seq", sequence)
                .field("active", activeNs)
                .someObject("error", error, (fields, its) -> its.write(fields))
                .some("filter_subject", filter);
        if (!transforms.isEmpty()) {
            out.objects(
                    "subject_transforms",
                    transforms,
                    (fields, its) ->
                            fields.field("src", its.source()).field("dest", its.destination()));
        }
    }
}

package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.json.JsonFields;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * Asks for a message, or, directly, for some.
 *
 * @param sequence which; 0 for none
 * @param lastBySubject the last of this subject, may have wildcards; empty for none
 * @param nextBySubject the next of this subject, may have wildcards; empty for none
 * @param batch how many; 0 for one
 * @param maxBytes of all of them; 0 for any number
 * @param startTimeNs the first that isn't older, in ns since the epoch; {@link #NO_TIME} for none
 * @param multiLast the last of each of these subjects, may have wildcards; empty for none
 * @param upToSequence no later ones; 0 for any
 * @param upToTimeNs the same by time, in ns since the epoch; {@link #NO_TIME} for any
 * @param noHeaders whether headers are left out
 */
public record MsgGetRequest(
        long sequence,
        String lastBySubject,
        String nextBySubject,
        long batch,
        long maxBytes,
        long startTimeNs,
        List<String> multiLast,
        long upToSequence,
        long upToTimeNs,
        boolean noHeaders) {
    /** No time was said. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final Request.Form<MsgGetRequest> FORM =
            new Request.Form<>(RequestSchemas.MSG_GET, MsgGetRequest::of);

    private static MsgGetRequest of(JsonFields fields) {
        return new MsgGetRequest(
                fields.number("seq"),
                fields.text("last_by_subj"),
                fields.text("next_by_subj"),
                fields.number("batch"),
                fields.number("max_bytes"),
                ns(fields.time("start_time")),
                fields.texts("multi_last"),
                fields.number("up_to_seq"),
                ns(fields.time("up_to_time")),
                fields.flag("no_hdr"));
    }

    private static long ns(@Nullable OffsetDateTime time) {
        return time == null ? NO_TIME : GoTime.ns(time);
    }

    /** Whether it says when to begin. */
    public boolean hasStartTime() {
        return startTimeNs != NO_TIME;
    }

    /** Whether it says when to end. */
    public boolean hasUpToTime() {
        return upToTimeNs != NO_TIME;
    }

    /**
     * Reads one for {@code STREAM.MSG.GET}, which asks for one message in one way.
     *
     * @param strict whether a field that isn't known is an error
     */
    public static Request<MsgGetRequest> read(byte[] body, boolean strict) {
        Request<MsgGetRequest> request = FORM.readNonEmpty(body, strict);
        boolean conflict =
                request instanceof Request.Read<MsgGetRequest>(MsgGetRequest said)
                        && !said.asksForOne();
        return conflict ? Request.badRequest() : request;
    }

    private boolean asksForOne() {
        boolean last = !lastBySubject.isEmpty();
        boolean next = !nextBySubject.isEmpty();
        boolean nothing = sequence == 0 && !last && !next && !hasStartTime();
        boolean both = sequence > 0 && (last || hasStartTime()) || last && (next || hasStartTime());
        return batch <= 0 && maxBytes <= 0 && !nothing && !both;
    }

    /**
     * Reads one for {@code DIRECT.GET}: fields that aren't known are passed over.
     *
     * @return null if it isn't one
     */
    public static @Nullable MsgGetRequest readDirect(byte[] body) {
        return FORM.readAny(body);
    }
}

package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;

import org.jspecify.annotations.Nullable;

/** Writes what the server tells of itself under {@code $JS.EVENT.ADVISORY}. */
public final class Advisories {
    /** Where requests are told. */
    public static final String API_SUBJECT = "$JS.EVENT.ADVISORY.API";

    /** Where it is told that requests were too many. */
    public static final String API_LIMIT_SUBJECT = "$JS.EVENT.ADVISORY.API.LIMIT_REACHED";

    private static final String STREAM_SUBJECT = "$JS.EVENT.ADVISORY.STREAM.";
    private static final String SCHEMA = "io.nats.jetstream.advisory.v1.";

    /** What happened to a stream. */
    public enum StreamAction {
        CREATE("create", "CREATED"),
        UPDATE("modify", "UPDATED"),
        DELETE("delete", "DELETED");

        private final String text;
        private final String token;

        StreamAction(String text, String token) {
            this.text = text;
            this.token = token;
        }

        /** Where it is told. */
        public String subject(String stream) {
            return STREAM_SUBJECT + token + '.' + stream;
        }
    }

    /** Why a batch was given up. */
    public enum BatchEnd {
        TIMEOUT("timeout"),
        LARGE("large"),
        INCOMPLETE("incomplete"),
        UNSUPPORTED("unsupported");

        private final String text;

        BatchEnd(String text) {
            this.text = text;
        }
    }

    private final String server;
    private final String domain;

    /**
     * Advisories of one server.
     *
     * @param server its name
     * @param domain empty for none
     */
    public Advisories(String server, String domain) {
        this.server = server;
        this.domain = domain;
    }

    /** Where it is told that a batch was given up. */
    public static String batchSubject(String stream) {
        return STREAM_SUBJECT + "BATCH_ABANDONED." + stream;
    }

    /**
     * A stream was made, changed or removed.
     *
     * @param id a name that no other event has
     * @param nowNs since the epoch
     */
    public byte[] stream(String id, long nowNs, String stream, StreamAction action) {
        return begin("stream_action", id, nowNs)
                .field("stream", stream)
                .field("action", action.text)
                .some("domain", domain)
                .finish();
    }

    /**
     * A request was answered.
     *
     * @param client null if it isn't known
     * @param request what it said; may be empty
     */
    public byte[] api(
            String id,
            long nowNs,
            @Nullable ClientInfo client,
            String subject,
            String request,
            String response) {
        JsonWriter out = begin("api_audit", id, nowNs).field("server", server);
        if (client == null) {
            out.nothing("client");
        } else {
            out.object("client", client::write);
        }
        return out.field("subject", subject)
                .some("request", request)
                .field("response", response)
                .some("domain", domain)
                .finish();
    }

    /** So many requests were dropped, since there were too many. */
    public byte[] apiLimitReached(String id, long nowNs, long dropped) {
        return begin("api_limit_reached", id, nowNs)
                .field("server", server)
                .some("domain", domain)
                .field("dropped", dropped)
                .finish();
    }

    /**
     * A batch was given up.
     *
     * @param account the stream's, where the system account is told; empty in its own
     */
    public byte[] batchAbandoned(
            String id, long nowNs, String account, String stream, String batch, BatchEnd reason) {
        return begin("stream_batch_abandoned", id, nowNs)
                .some("account", account)
                .field("stream", stream)
                .some("domain", domain)
                .field("batch", batch)
                .field("reason", reason.text)
                .finish();
    }

    /** Where it is told that a backup of a stream begins, or has ended. */
    public static String snapshotSubject(String stream, boolean complete) {
        return STREAM_SUBJECT + (complete ? "SNAPSHOT_COMPLETE." : "SNAPSHOT_CREATE.") + stream;
    }

    /** Where it is told that a stream is being restored, or that this has ended. */
    public static String restoreSubject(String stream, boolean complete) {
        return STREAM_SUBJECT + (complete ? "RESTORE_COMPLETE." : "RESTORE_CREATE.") + stream;
    }

    /**
     * When something that takes its time has happened.
     *
     * @param startNs since the epoch
     * @param endNs since the epoch
     */
    public record Span(long startNs, long endNs) {
        private void write(JsonWriter out) {
            out.time("start", startNs).time("end", endNs);
        }
    }

    /** A backup of a stream begins, of this state. */
    public byte[] snapshotCreate(
            String id, long nowNs, String stream, StreamState state, ClientInfo client) {
        return begin("snapshot_create", id, nowNs)
                .field("stream", stream)
                .object("state", state::write)
                .object("client", client::write)
                .some("domain", domain)
                .finish();
    }

    /**
     * A backup of a stream has ended.
     *
     * @param error why before it was whole; empty if it is
     */
    public byte[] snapshotComplete(
            String id, String stream, Span span, ClientInfo client, String error) {
        JsonWriter out = begin("snapshot_complete", id, span.endNs).field("stream", stream);
        span.write(out);
        return out.object("client", client::write)
                .some("domain", domain)
                .some("error", error)
                .finish();
    }

    /** A stream is being restored. */
    public byte[] restoreCreate(String id, long nowNs, String stream, ClientInfo client) {
        return begin("restore_create", id, nowNs)
                .field("stream", stream)
                .object("client", client::write)
                .some("domain", domain)
                .finish();
    }

    /**
     * That has ended, well or not.
     *
     * @param bytes of the backup that came
     */
    public byte[] restoreComplete(
            String id, String stream, Span span, long bytes, ClientInfo client) {
        JsonWriter out = begin("restore_complete", id, span.endNs).field("stream", stream);
        span.write(out);
        return out.field("bytes", bytes)
                .object("client", client::write)
                .some("domain", domain)
                .finish();
    }

    private static JsonWriter begin(String type, String id, long nowNs) {
        return new JsonWriter()
                .field("type", SCHEMA + type)
                .field("id", id)
                .time("timestamp", nowNs);
    }
}

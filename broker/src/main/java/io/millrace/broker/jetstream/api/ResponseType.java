package io.millrace.broker.jetstream.api;

import io.millrace.broker.jetstream.json.JsonWriter;

/** The answers of the API, with what they say of nothing when there is only an error to tell. */
public enum ResponseType {
    ACCOUNT_INFO("account_info_response"),
    STREAM_CREATE("stream_create_response"),
    STREAM_UPDATE("stream_update_response"),
    STREAM_INFO("stream_info_response"),
    STREAM_NAMES("stream_names_response"),
    STREAM_LIST("stream_list_response"),
    STREAM_DELETE("stream_delete_response"),
    STREAM_PURGE("stream_purge_response"),
    MSG_GET("stream_msg_get_response"),
    MSG_DELETE("stream_msg_delete_response"),
    STREAM_SNAPSHOT("stream_snapshot_response"),
    STREAM_RESTORE("stream_restore_response"),
    STREAM_STEPDOWN("stream_leader_stepdown_response"),
    STREAM_REMOVE_PEER("stream_remove_peer_response"),
    CONSUMER_CREATE("consumer_create_response"),
    CONSUMER_INFO("consumer_info_response"),
    CONSUMER_DELETE("consumer_delete_response"),
    CONSUMER_NAMES("consumer_names_response"),
    CONSUMER_LIST("consumer_list_response"),
    CONSUMER_PAUSE("consumer_pause_response"),
    CONSUMER_RESET("consumer_reset_response"),
    CONSUMER_UNPIN("consumer_unpin_response"),
    CONSUMER_STEPDOWN("consumer_leader_stepdown_response"),
    /** Of requests that there are none of. */
    SYSTEM("system_response");

    private static final String SCHEMA = "io.nats.jetstream.api.v1.";

    private final String type;

    ResponseType(String name) {
        this.type = SCHEMA + name;
    }

    /** Begins an answer. */
    JsonWriter begin() {
        return new JsonWriter().field("type", type);
    }

    /** What stands behind an error. */
    void writeNothing(JsonWriter out) {
        switch (this) {
            case STREAM_INFO -> Page.NONE.write(out);
            case STREAM_NAMES -> {
                Page.NONE.write(out);
                out.nothing("streams");
            }
            case STREAM_LIST -> {
                Page.NONE.write(out);
                out.numbers("streams", new long[0]);
            }
            case STREAM_PURGE -> out.field("purged", 0);
            case STREAM_RESTORE -> out.field("deliver_subject", "");
            case CONSUMER_NAMES, CONSUMER_LIST -> {
                Page.NONE.write(out);
                out.numbers("consumers", new long[0]);
            }
            case CONSUMER_PAUSE -> out.field("paused", false).time("pause_until", 0);
            case CONSUMER_RESET -> out.field("reset_seq", 0);
            case ACCOUNT_INFO,
                    STREAM_CREATE,
                    STREAM_UPDATE,
                    STREAM_DELETE,
                    MSG_GET,
                    MSG_DELETE,
                    STREAM_SNAPSHOT,
                    STREAM_STEPDOWN,
                    STREAM_REMOVE_PEER,
                    CONSUMER_CREATE,
                    CONSUMER_INFO,
                    CONSUMER_DELETE,
                    CONSUMER_UNPIN,
                    CONSUMER_STEPDOWN,
                    SYSTEM -> {
                // Nothing.
            }
        }
    }
}

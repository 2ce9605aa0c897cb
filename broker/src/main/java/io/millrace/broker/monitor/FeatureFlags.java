package io.millrace.broker.monitor;

import java.io.IOException;
import java.util.List;

/**
 * The switches that the reference 2.15 knows, all of JetStream. None is on where there is none;
 * tools look here before they use such a feature.
 */
public final class FeatureFlags {
    private static final List<String> NAMES =
            List.of(
                    "js_ack_fc_v2",
                    "js_api_reply_v2",
                    "js_raft_delete_range",
                    "js_snapshot_sources");

    private FeatureFlags() {}

    /** Writes them. */
    public static void write(JsonOut out) throws IOException {
        out.object(
                "feature_flags",
                flags -> {
                    for (String name : NAMES) {
                        flags.field(name, false);
                    }
                });
    }
}

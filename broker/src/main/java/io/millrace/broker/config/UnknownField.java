package io.millrace.broker.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What to say of a key that is none: which one may have been meant, or where it belongs. */
final class UnknownField {
    /** The blocks of a configuration, with the keys that are told to who misspells one. */
    enum Block {
        TOP(
                "",
                "listen",
                "host",
                "port",
                "client_advertise",
                "server_name",
                "server_tags",
                "server_metadata",
                "max_connections",
                "max_subscriptions",
                "max_subscription_tokens",
                "max_control_line",
                "max_payload",
                "max_pending",
                "max_memory",
                "max_closed_clients",
                "max_traced_msg_len",
                "ping_interval",
                "ping_max",
                "connect_timeout",
                "write_deadline",
                "write_timeout",
                "no_fast_producer_stall",
                "no_header_support",
                "disable_sublist_cache",
                "lame_duck_duration",
                "lame_duck_grace_period",
                "authorization",
                "accounts",
                "no_auth_user",
                "cluster",
                "connect_error_reports",
                "reconnect_error_reports",
                "tls",
                "allow_non_tls",
                "threading",
                "http",
                "https",
                "http_port",
                "https_port",
                "http_base_path",
                "monitor",
                "monitor_port",
                "debug",
                "trace",
                "trace_verbose",
                "trace_headers",
                "logtime",
                "logtime_utc",
                "log_file",
                "log_size_limit",
                "log_max_num",
                "log_format",
                "syslog",
                "remote_syslog",
                "pid_file",
                "ports_file_dir",
                "store_dir"),
        AUTHORIZATION(
                "authorization",
                "user",
                "password",
                "token",
                "timeout",
                "users",
                "default_permissions"),
        CLUSTER(
                "cluster",
                "routes",
                "name",
                "listen",
                "host",
                "port",
                "advertise",
                "no_advertise",
                "authorization",
                "permissions",
                "connect_retries",
                "connect_backoff",
                "pool_size",
                "accounts",
                "compression",
                "tls",
                "ping_interval",
                "ping_max",
                "write_deadline",
                "write_timeout"),
        TLS(
                "tls",
                "cert_file",
                "key_file",
                "ca_file",
                "certs",
                "verify",
                "verify_and_map",
                "timeout",
                "min_version",
                "cipher_suites",
                "curve_preferences",
                "insecure",
                "pinned_certs",
                "handshake_first",
                "connection_rate_limit"),
        ACCOUNT("accounts", "users", "default_permissions"),
        USER("users", "user", "password", "nkey", "permissions", "allowed_connection_types");

        private final String name;
        private final List<String> keys;

        Block(String name, String... keys) {
            this.name = name;
            this.keys = List.of(keys);
        }

        /** The keys that are told. */
        List<String> keys() {
            return keys;
        }
    }

    /** Blocks that a key at the top may have been meant for, by the key. */
    private static final List<Block> ELSEWHERE =
            List.of(Block.AUTHORIZATION, Block.CLUSTER, Block.TLS);

    /** What people write who know other servers, or have read too fast. */
    private static final Map<String, String> ADVICE =
            Map.of(
                    "include", "a file is included without ':' or '=': include ./more.conf",
                    "level", "the log's levels are the keys debug and trace",
                    "log_level", "the log's levels are the keys debug and trace");

    /** Nothing longer can have been meant; a key may be as long as the file. */
    private static final int LONGEST_KEY = 40;

    private UnknownField() {}

    /**
     * The error.
     *
     * @param writtenKey the key, as it is written
     */
    static BadValueException in(Block block, String writtenKey) {
        return new BadValueException(
                "unknown field \"" + writtenKey + '"' + hint(block, writtenKey));
    }

    private static String hint(Block block, String writtenKey) {
        String key = writtenKey.toLowerCase(Locale.ROOT);
        String advice = ADVICE.get(key);
        if (advice != null) {
            return "; " + advice;
        }
        if (block == Block.TOP) {
            for (Block other : ELSEWHERE) {
                if (other.keys.contains(key)) {
                    return "; it belongs into the block \"" + other.name + '"';
                }
            }
        }
        String near = near(block, key);
        return near.isEmpty() ? "" : "; did you mean \"" + near + "\"?";
    }

    private static String near(Block block, String key) {
        if (key.length() > LONGEST_KEY) {
            return "";
        }
        for (String known : block.keys) {
            if (key.length() > 2 && known.startsWith(key + '_')) {
                return known;
            }
        }
        int most = Math.clamp(key.length() / 3, 1, 2);
        for (int allowed = 1; allowed <= most; allowed++) {
            for (String known : block.keys) {
                if (distance(key, known) <= allowed) {
                    return known;
                }
            }
        }
        return "";
    }

    /** Letters to change, add, leave out or swap with their neighbour to make one of the other. */
    static int distance(String one, String other) {
        int[][] least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                int best = least[i - 1][j - 1] + (same ? 0 : 1);
                best = Math.min(best, Math.min(least[i - 1][j], least[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    best = Math.min(best, least[i - 2][j - 2] + 1);
                }
                least[i][j] = best;
            }
        }
        return least[one.length()][other.length()];
    }
}

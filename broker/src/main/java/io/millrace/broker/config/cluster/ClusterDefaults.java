package io.millrace.broker.config.cluster;

import io.millrace.broker.config.Option;
import io.millrace.broker.config.Row;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.delivery.DeliveryKeys;
import io.millrace.broker.config.delivery.KeepAliveKeys;
import io.millrace.broker.config.listen.ListenOptions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What follows from other options for those of the cluster that are left open. */
public final class ClusterDefaults {
    /** What counts without a port, too. */
    private static final Set<Option<?>> WITHOUT_PORT =
            Set.of(
                    ClusterKeys.NAME,
                    ClusterKeys.CONNECT_ERROR_REPORTS,
                    ClusterKeys.RECONNECT_ERROR_REPORTS);

    private ClusterDefaults() {}

    /**
     * Fills in what follows from other options; without a port only the name counts, and what
     * stands outside of the cluster's block.
     */
    public static void conclude(Settings settings) {
        if (settings.get(ClusterKeys.PORT) == ClusterOptions.OFF) {
            ClusterKeys.ROWS.all().stream()
                    .<Option<?>>map(Row::option)
                    .filter(option -> !WITHOUT_PORT.contains(option))
                    .forEach(settings::forget);
            return;
        }
        if (settings.get(ClusterKeys.HOST).isEmpty()) {
            settings.set(ClusterKeys.HOST, ListenOptions.DEFAULT_HOST);
        }
        settings.set(
                ClusterKeys.AUTH_TIMEOUT,
                AuthOptions.timeout(
                        settings.get(ClusterKeys.AUTH_TIMEOUT), settings.get(ClusterKeys.TLS)));
        settings.set(
                ClusterKeys.CONNECT_RETRIES,
                Math.max(0, settings.get(ClusterKeys.CONNECT_RETRIES)));
        concludePool(settings);
        concludeTimes(settings);
    }

    private static void concludePool(Settings settings) {
        int size = settings.get(ClusterKeys.POOL_SIZE);
        if (size < 0) {
            settings.set(ClusterKeys.POOL_SIZE, ClusterOptions.NO_POOL);
            return;
        }
        settings.set(ClusterKeys.POOL_SIZE, size == 0 ? ClusterOptions.DEFAULT_POOL_SIZE : size);
        List<String> accounts = new ArrayList<>(settings.get(ClusterKeys.ACCOUNTS));
        String system = settings.get(AuthKeys.SYSTEM_ACCOUNT);
        if (!system.isEmpty() && !accounts.contains(system)) {
            accounts.add(system);
            settings.set(ClusterKeys.ACCOUNTS, accounts);
        }
    }

    private static void concludeTimes(Settings settings) {
        Duration interval = settings.get(ClusterKeys.PING_INTERVAL);
        if (interval.isZero()) {
            interval = settings.get(KeepAliveKeys.PING_INTERVAL);
        }
        boolean isLong = interval.compareTo(ClusterOptions.MAX_PING_INTERVAL) > 0;
        settings.set(
                ClusterKeys.PING_INTERVAL, isLong ? ClusterOptions.MAX_PING_INTERVAL : interval);
        if (settings.get(ClusterKeys.PING_MAX) == 0) {
            settings.set(ClusterKeys.PING_MAX, settings.get(KeepAliveKeys.PING_MAX));
        }
        if (settings.get(ClusterKeys.WRITE_DEADLINE).isZero()) {
            settings.set(ClusterKeys.WRITE_DEADLINE, settings.get(DeliveryKeys.WRITE_DEADLINE));
        }
    }
}

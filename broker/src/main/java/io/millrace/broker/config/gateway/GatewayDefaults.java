package io.millrace.broker.config.gateway;

import io.millrace.broker.config.Settings;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.delivery.DeliveryKeys;
import io.millrace.broker.config.listen.ListenOptions;

/** What follows from other options for those of gateways that are left open. */
public final class GatewayDefaults {
    private GatewayDefaults() {}

    /** Fills in what follows from other options; without a port nothing counts. */
    public static void conclude(Settings settings) {
        if (settings.get(GatewayKeys.PORT) == GatewayOptions.OFF) {
            GatewayKeys.ROWS.all().forEach(row -> settings.forget(row.option()));
            return;
        }
        // A gateway's name is its cluster's, which isn't made up then.
        settings.set(ClusterKeys.NAME, settings.get(GatewayKeys.NAME));
        if (settings.get(GatewayKeys.HOST).isEmpty()) {
            settings.set(GatewayKeys.HOST, ListenOptions.DEFAULT_HOST);
        }
        settings.set(
                GatewayKeys.AUTH_TIMEOUT,
                AuthOptions.timeout(
                        settings.get(GatewayKeys.AUTH_TIMEOUT), settings.get(GatewayKeys.TLS)));
        settings.set(
                GatewayKeys.CONNECT_RETRIES,
                Math.max(0, settings.get(GatewayKeys.CONNECT_RETRIES)));
        if (settings.get(GatewayKeys.WRITE_DEADLINE).isZero()) {
            settings.set(GatewayKeys.WRITE_DEADLINE, settings.get(DeliveryKeys.WRITE_DEADLINE));
        }
    }
}

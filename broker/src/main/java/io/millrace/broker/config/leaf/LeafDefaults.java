package io.millrace.broker.config.leaf;

import io.millrace.broker.config.Option;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.delivery.DeliveryKeys;
import io.millrace.broker.config.listen.ListenOptions;

import java.util.List;

/** What follows from other options for those of leaf nodes that are left open. */
public final class LeafDefaults {
    /** What says nothing without a port. */
    private static final List<Option<?>> OF_PORT =
            List.of(
                    LeafKeys.HOST,
                    LeafKeys.ADVERTISE,
                    LeafKeys.NO_ADVERTISE,
                    LeafKeys.USERNAME,
                    LeafKeys.PASSWORD,
                    LeafKeys.NKEY,
                    LeafKeys.ACCOUNT,
                    LeafKeys.USERS,
                    LeafKeys.AUTH_TIMEOUT,
                    LeafKeys.TLS,
                    LeafKeys.MIN_VERSION,
                    LeafKeys.COMPRESSION);

    private LeafDefaults() {}

    /** Fills in what follows from other options. */
    public static void conclude(Settings settings) {
        if (settings.get(LeafKeys.PORT) == LeafOptions.OFF) {
            OF_PORT.forEach(settings::forget);
        } else {
            if (settings.get(LeafKeys.HOST).isEmpty()) {
                settings.set(LeafKeys.HOST, ListenOptions.DEFAULT_HOST);
            }
            settings.set(
                    LeafKeys.AUTH_TIMEOUT,
                    AuthOptions.timeout(
                            settings.get(LeafKeys.AUTH_TIMEOUT), settings.get(LeafKeys.TLS)));
        }
        if (!LeafKeys.of(settings).isOn()) {
            settings.forget(LeafKeys.WRITE_DEADLINE);
        } else if (settings.get(LeafKeys.WRITE_DEADLINE).isZero()) {
            settings.set(LeafKeys.WRITE_DEADLINE, settings.get(DeliveryKeys.WRITE_DEADLINE));
        }
    }
}

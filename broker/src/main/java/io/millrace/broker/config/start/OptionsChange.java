package io.millrace.broker.config.start;

import io.millrace.broker.config.Durations;
import io.millrace.broker.config.Row;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.jetstream.JetStreamLimits;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An option that is another than it was, when a running server's configuration is read again.
 *
 * @param key its name in the configuration
 * @param before what it was
 * @param after what it shall be
 * @param live whether it can change while the server runs
 */
public record OptionsChange(String key, Object before, Object after, boolean live) {
    /** All that differs between a running server's options and what its configuration says now. */
    public static List<OptionsChange> between(Options running, Options wanted) {
        List<OptionsChange> changes = new ArrayList<>();
        for (Concern<?> concern : Concerns.ALL) {
            add(changes, concern, running, wanted);
        }
        return changes;
    }

    private static <R> void add(
            List<OptionsChange> changes, Concern<R> concern, Options running, Options wanted) {
        R before = concern.in().apply(running);
        R after = concern.in().apply(wanted);
        for (Row<R, ?> row : concern.rows().all()) {
            Object old = shownAs(row.field().apply(before));
            Object next = shownAs(row.field().apply(after));
            if (!row.name().isEmpty() && !old.equals(next)) {
                boolean live = row.live().test(before, after);
                changes.add(new OptionsChange(row.name(), old, next, live));
            }
        }
    }

    /** Nothing stands for itself in a list: lists are not shown. */
    private static Object shownAs(@Nullable Object value) {
        return value == null ? List.of() : value;
    }

    /** The same where it doesn't hold before a restart. */
    public OptionsChange notLive() {
        return new OptionsChange(key, before, after, false);
    }

    /** What the log says of it: applied, or why not. Lists and secrets are not shown. */
    public String text() {
        boolean hidden =
                after instanceof Collection<?>
                        || after instanceof RoutePermissions
                        || after instanceof Map<?, ?>
                        || after instanceof TlsOptions
                        || after instanceof JetStreamLimits
                        || after instanceof Secret;
        if (live) {
            return "Reloaded: " + key + (hidden ? "" : " = " + shown(after));
        }
        return "config reload not supported for "
                + key
                + (hidden ? "" : ": old=" + shown(before) + ", new=" + shown(after));
    }

    private static String shown(Object value) {
        return value instanceof Duration duration ? Durations.text(duration) : value.toString();
    }
}

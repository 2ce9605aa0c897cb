package io.millrace.broker.log;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The zone of this process's log. Servers and containers mostly run in UTC, and there the JDK's
 * time zone rules, 7 to 12 ms of a start even with an AOT cache, need not be loaded.
 *
 * <p>Consulted as the C library does: {@code TZ}, then {@code /etc/localtime}. What isn't plainly
 * UTC, and what {@code user.timezone} says, is left to the JDK. An embedding application that calls
 * {@code TimeZone.setDefault} on a machine in UTC still gets a log in UTC.
 */
final class LocalZone {
    private static final String UTC_NAMES = "(?:.*/)?(?:UTC|Etc/UTC|UCT|Zulu|Universal)";

    private LocalZone() {}

    static ZoneId ofThisProcess() {
        boolean utc =
                System.getProperty("user.timezone", "").isEmpty()
                        && isUtc(System.getenv("TZ"), Path.of("/etc/localtime"));
        return utc ? ZoneOffset.UTC : ZoneId.systemDefault();
    }

    static boolean isUtc(@Nullable String tz, Path localtime) {
        if (tz != null) {
            return tz.matches(UTC_NAMES);
        }
        try {
            return Files.readSymbolicLink(localtime).toString().matches(UTC_NAMES);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}

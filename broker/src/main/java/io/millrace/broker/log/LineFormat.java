package io.millrace.broker.log;

import java.time.Instant;

/** How a line looks. Stateless, so any thread may encode. */
sealed interface LineFormat permits TextLines, JsonLines {
    /**
     * One whole line in UTF-8, its line feed included.
     *
     * @param at when it was logged; microseconds are shown
     * @param text may hold control characters; no byte of the result below 0x20 comes from it, tabs
     *     excepted
     */
    byte[] encode(Instant at, LogLevel level, String text);
}

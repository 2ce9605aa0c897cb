package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Where a parser stands after some bytes.
 *
 * @param commands all of them so far
 * @param error what the peer did wrong; null if nothing
 * @param consumed bytes of the commands, ignored ones included
 * @param needed {@link ProtocolParser#needed()}; 0 after an error
 */
record ParseOutcome(
        List<ParsedCommand> commands, @Nullable ProtocolError error, int consumed, int needed) {}

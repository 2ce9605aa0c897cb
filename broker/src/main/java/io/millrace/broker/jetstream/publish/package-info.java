/**
 * What a publish to a stream says, in its headers and its reply subject, and the tables that its
 * checks need: message ids seen lately, messages that expire, schedules, counters.
 *
 * <p>Everything is owned by the shard's thread. What a table keeps is outside of the heap and
 * charged to its stream; nothing allocates per message.
 */
@NullMarked
package io.millrace.broker.jetstream.publish;

import org.jspecify.annotations.NullMarked;

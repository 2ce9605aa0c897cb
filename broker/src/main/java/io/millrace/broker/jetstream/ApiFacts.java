package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.batch.BatchLimits;
import io.millrace.broker.jetstream.config.AccountLimits;
import io.millrace.broker.jetstream.config.ServerLimits;

import org.jspecify.annotations.Nullable;

import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What requests are held against.
 *
 * @param server the server's name
 * @param version the one that clients are told
 * @param domain the server's; empty for none
 * @param strict whether a field that isn't known makes a request an error
 * @param limits what the server has for all; asked each time. Any thread
 * @param batches what bounds batches; asked each time. Any thread
 * @param maxPending what may wait for a client: the most that a direct get gives in one go
 * @param maxPayload bytes of a message, with headers
 * @param accounts what an account may use; null if it has no JetStream. Any thread
 * @param elsewhere whether a request on a subject, in an account without JetStream, is for somebody
 *     else to answer: the account imports it, or has leaf nodes. Any thread
 * @param systemAccount its name; empty for none
 */
public record ApiFacts(
        String server,
        String version,
        String domain,
        boolean strict,
        Supplier<ServerLimits> limits,
        Supplier<BatchLimits> batches,
        long maxPending,
        long maxPayload,
        Function<String, @Nullable AccountLimits> accounts,
        BiPredicate<String, String> elsewhere,
        String systemAccount) {}

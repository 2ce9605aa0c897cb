package io.millrace.broker.jetstream.config;

/**
 * What there is for a stream.
 *
 * @param account what its account may have
 * @param server what there is for all
 * @param promised what all streams of all accounts were promised
 */
public record StreamLimits(AccountLimits account, ServerLimits server, Reserved promised) {}

package io.millrace.broker.service;

/**
 * A message for a service. Valid while {@link Service#onMessage} runs; what is asked for is copied.
 */
public interface ServiceMessage {
    /** The subscription it is for, see {@link ServicePort#subscribe}. */
    int sid();

    /** The name of the account it was published in. */
    String account();

    /** The number of the connection that published it, as monitoring shows it. */
    long cid();

    String subject();

    /** Empty for none. */
    String reply();

    /** The whole block from {@code NATS/1.0} to the blank line; empty for none. */
    byte[] headers();

    /** Without headers. */
    byte[] payload();
}

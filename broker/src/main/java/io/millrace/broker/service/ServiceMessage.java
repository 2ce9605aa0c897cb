package io.millrace.broker.service;

import io.millrace.protocol.Region;

/**
 * A message for a service. Valid while {@link Service#onMessage} runs. What it consists of can be
 * looked at where it stands, in {@link #bytes}, or asked for as a copy.
 */
public interface ServiceMessage {
    /** The subscription it is for, see {@link ServicePort#subscribe}. */
    int sid();

    /** The account it was published in; makes no garbage but when it is met for the first time. */
    ServiceAccount from();

    /** The number of the connection that published it, as monitoring shows it. */
    long cid();

    /** Whether that is a client of this server, and neither another server nor a service. */
    boolean isFromClient();

    /** Whether it has come from another account, which imports what the service hears. */
    boolean isCrossed();

    /**
     * Whether nobody listens for the answer: known of what clients of this server have published in
     * the account itself, where the service {@linkplain ServicePort#subscribeToRequests wants to
     * know}; false for all else.
     */
    boolean isUnheard();

    /**
     * Whether the service has so much to do that there was no room for the message: it has its
     * subject and its reply only, for whoever has published it to be told.
     */
    boolean isRefused();

    // --- where it stands

    /** Where everything stands that the offsets point to. */
    Region bytes();

    int subjectOffset();

    int subjectLength();

    /** Undefined where there is none. */
    int replyOffset();

    /** 0 for none. */
    int replyLength();

    int headerOffset();

    /** Of the whole block from {@code NATS/1.0} to the blank line; 0 for none. */
    int headerLength();

    int payloadOffset();

    /** Without headers. */
    int payloadLength();

    // --- copies

    /** The name of the account it was published in. */
    String account();

    String subject();

    /** Empty for none. */
    String reply();

    /** The whole block from {@code NATS/1.0} to the blank line; empty for none. */
    byte[] headers();

    /** Without headers. */
    byte[] payload();
}

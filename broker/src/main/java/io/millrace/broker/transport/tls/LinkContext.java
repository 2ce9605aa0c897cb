package io.millrace.broker.transport.tls;

import org.jspecify.annotations.Nullable;

/**
 * All that a new link to another server needs for TLS, whichever of the two has dialed. Immutable;
 * a reload makes another.
 *
 * @param accepting for servers that dial us; null where this one has no certificate
 * @param dialing for servers that we dial
 */
record LinkContext(@Nullable TlsContext accepting, TlsContext dialing) {}

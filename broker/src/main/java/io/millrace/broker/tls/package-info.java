/**
 * Certificates and private keys as they lie in files: PEM, the DER inside, and whether they belong
 * together. Nothing of Netty, nothing of connections.
 *
 * <p>Runs at start-up and at reload, on whichever thread does that, never on an I/O loop. Key
 * material leaves this package as {@link java.security.PrivateKey} only and never as text.
 */
@NullMarked
package io.millrace.broker.tls;

import org.jspecify.annotations.NullMarked;

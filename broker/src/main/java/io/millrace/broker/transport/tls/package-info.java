/**
 * TLS of clients' connections and of routes: the contexts that are made from files, and the way of
 * a channel into TLS, which takes itself out of the pipeline when it is done.
 *
 * <p>Contexts are made at start-up and at reload, off the I/O loops; everything else belongs to the
 * channel's I/O loop.
 */
@NullMarked
package io.millrace.broker.transport.tls;

import org.jspecify.annotations.NullMarked;

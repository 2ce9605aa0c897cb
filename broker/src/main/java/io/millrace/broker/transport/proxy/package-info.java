/**
 * The PROXY protocol, versions 1 and 2, of clients' connections: a proxy says first for whom it
 * connects. Belongs to the channel's I/O loop.
 */
@NullMarked
package io.millrace.broker.transport.proxy;

import org.jspecify.annotations.NullMarked;

/**
 * Our own load on a server: plain sockets, blocking, one thread each, and as little work per
 * message as can be, so that the server is what is measured.
 */
@NullMarked
package io.millrace.bench.load;

import org.jspecify.annotations.NullMarked;

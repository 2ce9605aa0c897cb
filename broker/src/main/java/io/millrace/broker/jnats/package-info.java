/**
 * jnats without sockets: what joins it to a server in the same JVM.
 *
 * <p>The only package that knows jnats, which must be on the class path of whoever uses it; the
 * server needs none. Threads are those of jnats.
 */
@NullMarked
package io.millrace.broker.jnats;

import org.jspecify.annotations.NullMarked;

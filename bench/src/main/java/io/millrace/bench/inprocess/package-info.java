/**
 * A server in this JVM with jnats in it, too: what it gains to do without sockets. {@code
 * bench/bin/inprocess} runs it.
 */
@NullMarked
package io.millrace.bench.inprocess;

import org.jspecify.annotations.NullMarked;

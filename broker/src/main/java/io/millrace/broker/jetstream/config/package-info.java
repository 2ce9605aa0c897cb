/**
 * How streams and consumers are configured: what a configuration may say, what is assumed where it
 * says nothing, what is refused and in which words.
 *
 * <p>Only data and what follows from it: no thread, no disk, no message. Any thread.
 */
@NullMarked
package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.NullMarked;

/**
 * Connections as their I/O loop sees them: reading, parsing, keeping alive, closing.
 *
 * <p>Each connection has a {@link io.millrace.broker.connection.Link}, which is what all have in
 * common, and a kind, which says what is said on it: a small class that makes the link and is asked
 * by it, such as {@link io.millrace.broker.connection.ClientConnection}. What several kinds need is
 * a part that they are given. Nothing is inherited.
 *
 * <p>Every object here belongs to one {@link io.millrace.broker.connection.IoLoop}, and every
 * method runs on it unless it says otherwise.
 */
@NullMarked
package io.millrace.broker.connection;

import org.jspecify.annotations.NullMarked;

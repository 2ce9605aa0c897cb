/**
 * Connections as their I/O loop sees them: reading, parsing, keeping alive, closing.
 *
 * <p>Every object here belongs to one {@link io.millrace.broker.connection.IoLoop}, and every
 * method runs on it unless it says otherwise.
 */
@NullMarked
package io.millrace.broker.connection;

import org.jspecify.annotations.NullMarked;

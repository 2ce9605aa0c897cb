/**
 * Peers: everything that a message can come from or go to, what each has asked for, what it is
 * told, and what becomes of it if it doesn't answer, doesn't read, or owes too much.
 *
 * <p>Belongs to the routing thread; connections know their peer as a {@code FarEnd}.
 */
@NullMarked
package io.millrace.broker.routing.peer;

import org.jspecify.annotations.NullMarked;

/**
 * Routing: who gets which message. Frames of each kind of peer come in here and are spread; what is
 * asked for, by whom, and what they may do lies in the packages below.
 *
 * <p>Everything in this package belongs to the one routing thread of a server (in inline mode, its
 * I/O loop). There are no locks and no concurrent collections: whoever wants to read or change
 * routing state sends a command through the ring.
 */
@NullMarked
package io.millrace.broker.routing;

import org.jspecify.annotations.NullMarked;

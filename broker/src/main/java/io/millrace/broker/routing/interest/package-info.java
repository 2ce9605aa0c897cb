/**
 * Interest: how subscriptions come and go, what is told of them to other servers, and what those
 * have told.
 *
 * <p>Belongs to the routing thread.
 */
@NullMarked
package io.millrace.broker.routing.interest;

import org.jspecify.annotations.NullMarked;

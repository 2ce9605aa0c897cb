/**
 * What a message needs on its way from one account into another: where its answer goes, what is
 * said of who asks.
 *
 * <p>Belongs to the routing thread.
 */
@NullMarked
package io.millrace.broker.routing.crossing;

import org.jspecify.annotations.NullMarked;

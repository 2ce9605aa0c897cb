/**
 * The subject cache: off-heap memory that says, for a subject seen before, where its match result
 * is. Routing thread.
 */
@NullMarked
package io.millrace.broker.routing.cache;

import org.jspecify.annotations.NullMarked;

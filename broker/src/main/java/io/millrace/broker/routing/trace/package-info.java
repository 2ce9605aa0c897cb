/**
 * What becomes of a message that asks to be traced: what its headers ask for, and what happened to
 * it on this server. Routing thread; what is found out leaves as immutable values.
 */
@NullMarked
package io.millrace.broker.routing.trace;

import org.jspecify.annotations.NullMarked;

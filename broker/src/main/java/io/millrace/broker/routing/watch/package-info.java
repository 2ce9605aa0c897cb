/**
 * Watches of interest: who wants to know whether anybody would hear a subject, and is told when
 * that changes. Routing thread.
 *
 * <p>What comes and goes only says what is to be looked at again; that is done bit by bit when
 * there is time, so a wildcard that touches a hundred thousand watches holds nobody up.
 */
@NullMarked
package io.millrace.broker.routing.watch;

import org.jspecify.annotations.NullMarked;

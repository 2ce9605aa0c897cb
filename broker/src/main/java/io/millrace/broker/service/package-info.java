/**
 * The seam between the router and what the server itself does with messages: services, each on a
 * thread of its own, that get what they subscribed to and say what they will, like any peer.
 *
 * <p>Neither side ever waits for the other: what is full is a return value.
 */
@NullMarked
package io.millrace.broker.service;

import org.jspecify.annotations.NullMarked;

/**
 * How WebSockets are opened: the request that is made for one, by the rules of RFC 6455 and those
 * of the configuration, and what a stranger may take up until then. What is behind it is in {@link
 * io.millrace.broker.connection}.
 */
@NullMarked
package io.millrace.broker.transport.websocket;

import org.jspecify.annotations.NullMarked;

/** Where WebSocket clients connect, and what holds for them. */
@NullMarked
package io.millrace.broker.config.websocket;

import org.jspecify.annotations.NullMarked;

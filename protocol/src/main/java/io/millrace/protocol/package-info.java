/**
 * The NATS client protocol as bytes and grammar: parsing, subjects, CONNECT, INFO and error texts.
 *
 * <p>Nothing here knows a socket, a thread or the broker. Frames are described in place: the parser
 * never copies a byte and makes no object per message.
 */
@NullMarked
package io.millrace.protocol;

import org.jspecify.annotations.NullMarked;

/**
 * Where the messages of a stream are, and which of them have which subject: off-heap, packed, owned
 * by the shard's thread. {@link io.millrace.broker.store.index.StreamIndex} is what others use.
 *
 * <p>Packed numbers are read by words that begin at any byte, so the layout is that of a
 * little-endian machine, like the records' own.
 */
@NullMarked
package io.millrace.broker.store.index;

import org.jspecify.annotations.NullMarked;

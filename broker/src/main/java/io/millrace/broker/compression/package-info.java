/**
 * Compression of the connections between servers, of files and of backups: S2, as streams of
 * chunks.
 *
 * <p>S2 is Snappy with larger blocks and repeated offsets. What we write is Snappy blocks in S2
 * streams, which every reader of S2 takes; what we read is all of S2, and streams of Snappy. The
 * formats: <a href="https://github.com/google/snappy/blob/main/framing_format.txt">framing</a>, <a
 * href="https://github.com/google/snappy/blob/main/format_description.txt">blocks</a> and <a
 * href="https://github.com/klauspost/compress/tree/master/s2#format-extensions">what S2 adds</a>.
 *
 * <p>Knows nothing of connections and of what is compressed. Every object belongs to one thread:
 * the I/O loop that owns the connection. A {@link io.millrace.broker.compression.S2Decoder} is one
 * connection's; one {@link io.millrace.broker.compression.S2Encoder} serves all of a loop.
 */
@NullMarked
package io.millrace.broker.compression;

import org.jspecify.annotations.NullMarked;

/**
 * Besieges a server: each {@code Siege} is one hostile peer, or many that do the same, by raw
 * sockets, against the real executable. Beside it a {@code Probe} plays clients that did nothing
 * wrong: they must be answered soon, lose nothing and stay connected, and the server's memory must
 * stay within its bound.
 */
@NullMarked
package io.millrace.bench.siege;

import org.jspecify.annotations.NullMarked;

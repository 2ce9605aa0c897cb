/**
 * Commands of the executable that start no server: a word as its first argument, such as {@code
 * mkpasswd}.
 *
 * <p>Run on the main thread by {@code Main}, before anything of the server is loaded; the server
 * knows nothing of them.
 */
@NullMarked
package io.millrace.broker.tool;

import org.jspecify.annotations.NullMarked;

/**
 * What the executable does with the process it runs in: signals, the pid file and the ports file,
 * and {@code --signal}, which sends signals to another one.
 *
 * <p>Used by {@code Main} on the start-up thread; signals are delivered on threads of the JVM's
 * making, one at a time. An embedded server uses none of this but the two files.
 */
@NullMarked
package io.millrace.broker.process;

import org.jspecify.annotations.NullMarked;

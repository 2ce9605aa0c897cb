/**
 * Where the server's log lines are made and where they go: standard error, a rotated file, syslog,
 * or an embedding application's own logger.
 *
 * <p>Any thread may log: it puts its line into the queue of its log, whose own thread makes bytes
 * of it and may wait for whoever takes them. Nothing here is static, so that many servers in one
 * JVM log apart from each other; the library log is the one exception and is for the executable
 * only.
 */
@NullMarked
package io.millrace.broker.log;

import org.jspecify.annotations.NullMarked;

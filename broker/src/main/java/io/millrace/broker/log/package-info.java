/**
 * Where the server's log lines are made and where they go: standard error, a rotated file, syslog,
 * or an embedding application's own logger.
 *
 * <p>Any thread may log: a line is formatted by the thread that logs it and handed to its sink in
 * one write under the sink's own lock. Only the syslog sink has a thread of its own, which owns the
 * socket. Nothing here is static, so that many servers in one JVM log apart from each other; the
 * library log is the one exception and is for the executable only.
 */
@NullMarked
package io.millrace.broker.log;

import org.jspecify.annotations.NullMarked;

/**
 * The monitoring server's HTTP: listener, pipeline, limits, passwords. Netty is known here only;
 * runs on the thread {@code millrace-monitor}, and what takes time on two others, see {@link
 * io.millrace.broker.monitor.http.HttpMonitor}.
 */
@NullMarked
package io.millrace.broker.monitor.http;

import org.jspecify.annotations.NullMarked;

/** Tests of the monitoring server's HTTP, over sockets. */
@NullMarked
package io.millrace.broker.monitor.http;

import org.jspecify.annotations.NullMarked;

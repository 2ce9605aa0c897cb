/**
 * What the server says and answers in the system account, as the reference does: requests under
 * {@code $SYS.REQ}, how the server fares, and which clients come and go.
 *
 * <p>All of it runs on the service's thread, but for {@link
 * io.millrace.broker.system.ClientEvents}, which the routing thread fills. What is answered is made
 * in {@link io.millrace.broker.monitor}, for HTTP as well.
 */
@NullMarked
package io.millrace.broker.system;

import org.jspecify.annotations.NullMarked;

/** The cluster that the server is a member of, and the routes to the others. */
@NullMarked
package io.millrace.broker.config.cluster;

import org.jspecify.annotations.NullMarked;

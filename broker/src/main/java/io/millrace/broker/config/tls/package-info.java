/** How connections are secured with TLS: clients' and, inside a cluster's block, routes'. */
@NullMarked
package io.millrace.broker.config.tls;

import org.jspecify.annotations.NullMarked;

/**
 * NATS servers for the tests of applications: {@link io.millrace.test.NatsTest} gives a test class
 * a server, {@link io.millrace.test.NatsCluster} a cluster.
 *
 * <p>Nothing here knows the server's classes, which want a newer JVM than tests may have: where it
 * is older than 25, servers are processes. Java 17.
 */
@NullMarked
package io.millrace.test;

import org.jspecify.annotations.NullMarked;

/**
 * Test support: JUnit extensions that give a test a running server, or a cluster of them with all
 * that may befall it. Packaged as the broker's {@code test-support} jar.
 */
@NullMarked
package io.millrace.broker.testing;

import org.jspecify.annotations.NullMarked;

/**
 * Test support: a JUnit extension that gives a test a running server. Packaged as the broker's
 * {@code test-support} jar.
 */
@NullMarked
package io.millrace.broker.testing;

import org.jspecify.annotations.NullMarked;

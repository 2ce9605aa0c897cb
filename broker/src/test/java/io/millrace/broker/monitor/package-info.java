/** Tests of what monitoring reads and writes, without a network. */
@NullMarked
package io.millrace.broker.monitor;

import org.jspecify.annotations.NullMarked;

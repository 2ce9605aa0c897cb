/** How messages leave, and how a connection is noticed that has gone silent or takes nothing. */
@NullMarked
package io.millrace.broker.config.delivery;

import org.jspecify.annotations.NullMarked;

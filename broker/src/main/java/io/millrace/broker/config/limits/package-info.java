/** What clients may use: how many there may be, and how much each may send, keep and hold up. */
@NullMarked
package io.millrace.broker.config.limits;

import org.jspecify.annotations.NullMarked;

/** Meters of Micrometer, for applications that have it: nothing else here knows it. */
@NullMarked
package io.millrace.broker.micrometer;

import org.jspecify.annotations.NullMarked;

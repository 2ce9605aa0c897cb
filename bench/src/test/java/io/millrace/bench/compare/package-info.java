/** What the comparison does is tried with one server and for a moment. */
@NullMarked
package io.millrace.bench.compare;

import org.jspecify.annotations.NullMarked;

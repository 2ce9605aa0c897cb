/** What starts servers is tried with one application that has some inside. */
@NullMarked
package io.millrace.bench.start;

import org.jspecify.annotations.NullMarked;

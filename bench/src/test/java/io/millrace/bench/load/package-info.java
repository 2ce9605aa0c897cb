/** What the load does is tried without a server. */
@NullMarked
package io.millrace.bench.load;

import org.jspecify.annotations.NullMarked;

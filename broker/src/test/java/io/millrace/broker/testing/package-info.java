/** For our own tests: clusters, with all that may befall their servers. Nobody else gets it. */
@NullMarked
package io.millrace.broker.testing;

import org.jspecify.annotations.NullMarked;

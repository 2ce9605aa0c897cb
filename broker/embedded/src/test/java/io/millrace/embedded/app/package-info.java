/** Applications as they may be, run in JVMs of their own: they know nothing of tests. */
@NullMarked
package io.millrace.embedded.app;

import org.jspecify.annotations.NullMarked;

/** System tests: a whole server, real sockets, in both threading modes. */
@NullMarked
package io.millrace.broker.it;

import org.jspecify.annotations.NullMarked;

/** Tests of the log: exact bytes, real files and real sockets; every wait has a bound. */
@NullMarked
package io.millrace.broker.log;

import org.jspecify.annotations.NullMarked;

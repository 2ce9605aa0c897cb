/** Tests of what the executable does with its process, on real child processes and files. */
@NullMarked
package io.millrace.broker.process;

import org.jspecify.annotations.NullMarked;

/**
 * What a start asks for, all concerns together: the command line and the file it names are read
 * into one set of options, and a reload compares it with the one that a server runs with.
 */
@NullMarked
package io.millrace.broker.config.start;

import org.jspecify.annotations.NullMarked;

/** How the process runs and ends: its threads, its files, lame duck mode, and how it reloads. */
@NullMarked
package io.millrace.broker.config.process;

import org.jspecify.annotations.NullMarked;

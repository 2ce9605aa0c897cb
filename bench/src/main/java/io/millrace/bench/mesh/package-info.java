/**
 * {@code bench/bin/mesh}: what the servers of a cluster take as there are more of them: memory,
 * connections, processor time when idle, and what it takes to tell each other of interest.
 */
@NullMarked
package io.millrace.bench.mesh;

import org.jspecify.annotations.NullMarked;

/** Tests of the shard, on simulated disks. */
@NullMarked
package io.millrace.broker.jetstream;

import org.jspecify.annotations.NullMarked;

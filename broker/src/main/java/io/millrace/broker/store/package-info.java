/**
 * What streams are kept as: the records of log and blocks, and how they are read.
 *
 * <p>Everything belongs to the shard thread but where a class says otherwise. Below are the disk
 * and the write-ahead log.
 */
@NullMarked
package io.millrace.broker.store;

import org.jspecify.annotations.NullMarked;

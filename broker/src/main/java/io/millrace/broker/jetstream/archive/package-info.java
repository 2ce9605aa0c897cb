/**
 * What a stream's backup looks like: the archive of nats-server 2.15, which is written and read,
 * and that of the servers before, which is read.
 *
 * <pre>
 *   chunks ══▶ {@link io.millrace.broker.jetstream.archive.Unpacking}: S2, then which format it is
 *                 │ {@link io.millrace.broker.jetstream.archive.BackupReader}
 *                 ▼
 *              {@link io.millrace.broker.jetstream.archive.BackupSink}: messages, consumers, ...
 *
 *   messages, consumers ══▶ {@link io.millrace.broker.jetstream.archive.ArchiveWriter}
 *                 │ S2
 *                 ▼
 *              chunks
 * </pre>
 *
 * <p>Whatever a backup says, it takes up no more than one message or one consumer at a time. Knows
 * no stream and no request; an object belongs to one thread.
 */
@NullMarked
package io.millrace.broker.jetstream.archive;

import org.jspecify.annotations.NullMarked;

/**
 * Encryption of what a store keeps, where a key is configured.
 *
 * <p>A store has one random data key. It lies in the {@link io.millrace.broker.store.seal.KeyFile},
 * encrypted under what is made of the configured key. Nothing is encrypted under the data key
 * itself: each use of a segment of the log, each block, each packing of a block and each checkpoint
 * has a key of its own, made of the data key and of what names that one use, 64 random bits at
 * least among it. So a nonce need only be used once within a file, and is the place in it.
 *
 * <p><b>Why no nonce is used twice under a key.</b> Within a process, nothing is sealed twice for
 * one place of one use of a file: what was sealed is written, and written again after a failure, as
 * it is. A process goes on in no file that another has begun: with a key, a log that is opened goes
 * on in a new segment, blocks that are found are closed, and so a tail that a crash has cut off is
 * never written over under its key. A segment that is recycled has another number and salt; where a
 * crash has a number given twice, the salt still differs.
 *
 * <p>Beside lengths and numbers, only the fields of a record's head stay readable: sequence, time,
 * number of the stream, kind and flags. They are authenticated. Checksums are made of what is
 * encrypted, so damage is found, and told from a torn tail, as without a key; what was forged so
 * that its checksum fits is damage, too, as soon as it is read.
 */
@NullMarked
package io.millrace.broker.store.seal;

import org.jspecify.annotations.NullMarked;

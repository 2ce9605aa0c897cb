package io.millrace.broker.store.block;

/**
 * Why nothing is written any more. What was appended is still there to be read.
 *
 * @param reason the disk's
 * @param isLasting whether it is unknown what is on the disk: the store must be opened anew.
 *     Otherwise, as where the disk is full, it may be tried again
 */
public record BlockFault(String reason, boolean isLasting) {}

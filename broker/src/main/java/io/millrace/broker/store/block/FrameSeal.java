package io.millrace.broker.store.block;

import static io.millrace.broker.store.block.CheckpointLayout.FRAME_HEAD_BYTES;
import static io.millrace.broker.store.block.CheckpointLayout.FRAME_KIND_OFFSET;
import static io.millrace.broker.store.block.CheckpointLayout.FRAME_LENGTH_OFFSET;

import io.millrace.broker.store.seal.Aead;
import io.millrace.broker.store.seal.FileKey;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.protocol.Region;

/**
 * Encrypts the bodies of a checkpoint's frames, each with its head bound to it, and decrypts them.
 * Belongs to one thread.
 */
final class FrameSeal {
    private final FileKey key;
    private final Aead aead;

    /** That of a checkpoint in whose header the salts stand. */
    FrameSeal(StoreKey store, Region header, int at) {
        key =
                store.checkpoint(
                        header.getLong(at + CheckpointLayout.POSITION_OFFSET),
                        header.getLong(at + CheckpointLayout.SALT_OFFSET),
                        header.getLong(at + CheckpointLayout.OTHER_SALT_OFFSET));
        aead = store.aead();
    }

    /** Encrypts a frame in place, which becomes longer by a tag; its head stays. */
    void seal(Region region, int at, long frame) {
        int body = region.getInt(at + FRAME_LENGTH_OFFSET);
        region.putInt(at + FRAME_LENGTH_OFFSET, body + Aead.TAG_BYTES);
        aead.seal(
                key,
                Aead.FRAME,
                frame,
                region,
                at + FRAME_KIND_OFFSET,
                FRAME_HEAD_BYTES - FRAME_KIND_OFFSET,
                at + FRAME_HEAD_BYTES,
                body);
    }

    /** Decrypts a body in place; false if it isn't what was encrypted. */
    boolean open(Region region, int at, long frame) {
        return aead.open(
                key,
                Aead.FRAME,
                frame,
                region,
                at + FRAME_KIND_OFFSET,
                FRAME_HEAD_BYTES - FRAME_KIND_OFFSET,
                at + FRAME_HEAD_BYTES,
                region.getInt(at + FRAME_LENGTH_OFFSET),
                region,
                at + FRAME_HEAD_BYTES);
    }
}

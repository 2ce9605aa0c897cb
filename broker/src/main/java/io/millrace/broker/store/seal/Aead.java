package io.millrace.broker.store.seal;

import io.millrace.protocol.Region;

import java.security.GeneralSecurityException;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * Seals and opens ranges of bytes, by way of arrays that are used again. Belongs to one thread.
 *
 * <p>A nonce is 4 bytes that say what it is for, and 8 of a number; {@link FileKey} and number must
 * never come together twice to seal, see the package.
 */
public final class Aead {
    /** Bytes that what is sealed is longer by. */
    public static final int TAG_BYTES = 16;

    /** Nonces of records; their number is the place in the file. */
    static final int RECORD = 0;

    /** Nonces of compressed pieces of a block; the number is the place in the block. */
    public static final int PIECE = 1;

    /** Nonces of the frames of a checkpoint, which are counted. */
    public static final int FRAME = 2;

    private static final int NONCE_BYTES = 12;
    private static final int LEAST_BYTES = 4096;

    /** An array beyond this isn't kept when less is needed again. */
    private static final int KEPT_BYTES = 1 << 20;

    private final StoreCipher kind;
    private final Cipher sealing;
    private final Cipher opening;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private byte[] window = {};
    private byte[] bound = {};

    Aead(StoreCipher kind) {
        this.kind = kind;
        sealing = kind.cipher();
        opening = kind.cipher();
    }

    /**
     * Seals in place; the tag goes behind.
     *
     * @param head where something begins that is bound to it, but stays readable
     * @param headBytes of that
     */
    public void seal(
            FileKey key,
            int what,
            long number,
            Region region,
            int head,
            int headBytes,
            int offset,
            int bytes) {
        window = fit(window, bytes + TAG_BYTES);
        region.get(offset, window, 0, bytes);
        bind(region, head, headBytes);
        seal(key, what, number, bound, headBytes, window, bytes);
        region.put(offset, window, 0, bytes + TAG_BYTES);
    }

    /**
     * Opens what was sealed, into another place or the same, without its tag.
     *
     * @param bytes with the tag
     * @return false if it isn't what was sealed for this key and number; nothing is written then
     */
    public boolean open(
            FileKey key,
            int what,
            long number,
            Region region,
            int head,
            int headBytes,
            int offset,
            int bytes,
            Region to,
            int at) {
        if (bytes < TAG_BYTES) {
            return false;
        }
        window = fit(window, bytes);
        region.get(offset, window, 0, bytes);
        bind(region, head, headBytes);
        boolean isWhole = open(key, what, number, bound, headBytes, window, bytes);
        if (isWhole) {
            to.put(at, window, 0, bytes - TAG_BYTES);
        }
        return isWhole;
    }

    private void bind(Region region, int head, int headBytes) {
        bound = fit(bound, headBytes);
        region.get(head, bound, 0, headBytes);
    }

    /** Seals the first bytes of an array, which has room for the tag. */
    public void seal(FileKey key, int what, long number, byte[] data, int bytes) {
        seal(key, what, number, bound, 0, data, bytes);
    }

    /** Opens the first bytes of an array, tag and all; false if they aren't what was sealed. */
    public boolean open(FileKey key, int what, long number, byte[] data, int bytes) {
        return bytes >= TAG_BYTES && open(key, what, number, bound, 0, data, bytes);
    }

    private void seal(
            FileKey key, int what, long number, byte[] head, int headBytes, byte[] data, int n) {
        try {
            begin(sealing, Cipher.ENCRYPT_MODE, key, what, number);
            sealing.updateAAD(head, 0, headBytes);
            sealing.doFinal(data, 0, n, data, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("it can't be encrypted", e);
        }
    }

    private boolean open(
            FileKey key, int what, long number, byte[] head, int headBytes, byte[] data, int n) {
        try {
            begin(opening, Cipher.DECRYPT_MODE, key, what, number);
            opening.updateAAD(head, 0, headBytes);
            opening.doFinal(data, 0, n, data, 0);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("it can't be decrypted", e);
        }
    }

    private void begin(Cipher cipher, int mode, FileKey key, int what, long number)
            throws GeneralSecurityException {
        for (int i = 0; i < Integer.BYTES; i++) {
            nonce[i] = (byte) (what >>> i * Byte.SIZE);
        }
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[Integer.BYTES + i] = (byte) (number >>> i * Byte.SIZE);
        }
        cipher.init(mode, key.key(), kind.nonce(nonce));
    }

    private static byte[] fit(byte[] array, int needed) {
        boolean isFit =
                array.length >= needed && (array.length <= KEPT_BYTES || needed > LEAST_BYTES);
        return isFit ? array : new byte[Math.max(LEAST_BYTES, needed)];
    }
}

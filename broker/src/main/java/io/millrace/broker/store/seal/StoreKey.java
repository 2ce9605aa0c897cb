package io.millrace.broker.store.seal;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The data key of a store, of which the keys of its files are made; or that there is none. Any
 * thread.
 */
public final class StoreKey {
    /** That of a store that isn't encrypted. */
    public static final StoreKey NONE = new StoreKey(null, new byte[0], () -> 0);

    /** Bytes of a data key. */
    static final int BYTES = 32;

    private static final String HASH = "HmacSHA256";

    // What a key is for: the first byte of what it is made of.
    private static final byte SEGMENT = 1;
    private static final byte BLOCK = 2;
    private static final byte PACKED = 3;
    private static final byte CHECKPOINT = 4;

    private final @Nullable StoreCipher cipher;
    private final byte[] data;
    private final RandomGenerator random;

    private StoreKey(@Nullable StoreCipher cipher, byte[] data, RandomGenerator random) {
        this.cipher = cipher;
        this.data = data;
        this.random = random;
    }

    static StoreKey of(StoreCipher cipher, byte[] data, RandomGenerator random) {
        return new StoreKey(cipher, data.clone(), random);
    }

    /**
     * A new one, as for a store that is made.
     *
     * @param random for all that is random about it, on any thread
     */
    public static StoreKey random(StoreCipher cipher, RandomGenerator random) {
        byte[] data = new byte[BYTES];
        random.nextBytes(data);
        return of(cipher, data, random);
    }

    byte[] data() {
        return data.clone();
    }

    /** Half of the salt of a checkpoint. */
    public long newSalt() {
        return random.nextLong();
    }

    /** Whether the store is encrypted. */
    public boolean isThere() {
        return cipher != null;
    }

    /** How it is encrypted. */
    public StoreCipher cipher() {
        if (cipher == null) {
            throw new IllegalStateException("the store isn't encrypted");
        }
        return cipher;
    }

    /** What one thread seals and opens with. */
    public Aead aead() {
        return new Aead(cipher());
    }

    /** What one thread covers records with. */
    public RecordCover records() {
        return isThere() ? new SealedRecords(aead()) : RecordCover.NONE;
    }

    /** Of one use of a segment of the log. */
    public FileKey segment(long number, long salt) {
        return isThere() ? made(SEGMENT, 0, number, salt, 0) : FileKey.NONE;
    }

    /** Of a stream's block. */
    public FileKey block(int stream, long number, long salt) {
        return isThere() ? made(BLOCK, stream, number, salt, 0) : FileKey.NONE;
    }

    /**
     * Of a block's pieces that are being compressed, or were.
     *
     * @param packing random, another one each time that is tried
     */
    public FileKey packed(int stream, long number, long salt, long packing) {
        return isThere() ? made(PACKED, stream, number, salt, packing) : FileKey.NONE;
    }

    /**
     * Of a checkpoint.
     *
     * @param salt random, as is the other half
     */
    public FileKey checkpoint(long position, long salt, long otherSalt) {
        return isThere() ? made(CHECKPOINT, 0, position, salt, otherSalt) : FileKey.NONE;
    }

    private FileKey made(byte use, int stream, long number, long salt, long other) {
        ByteBuffer name = ByteBuffer.allocate(1 + Integer.BYTES + 3 * Long.BYTES);
        name.put(use).putInt(stream).putLong(number).putLong(salt).putLong(other);
        try {
            Mac mac = Mac.getInstance(HASH);
            mac.init(new SecretKeySpec(data, HASH));
            return new FileKey(new SecretKeySpec(mac.doFinal(name.array()), cipher().algorithm()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + HASH, e);
        }
    }
}

package io.millrace.protocol;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Keys in the text form of NATS: a base32 string of a prefix byte, 32 key bytes and a CRC-16.
 *
 * <p>Form taken from the nkeys specification: prefix {@code N} for servers, CRC-16/XMODEM little
 * endian, RFC 4648 base32 without padding.
 */
public final class Nkey {
    private static final int SERVER_PREFIX = 13 << 3;
    private static final int ACCOUNT_PREFIX = 0;
    private static final int USER_PREFIX = 20 << 3;
    private static final int SEED_PREFIX = 18 << 3;
    private static final int KEY_BYTES = 32;
    private static final char[] BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".toCharArray();

    private Nkey() {}

    /** Returns a new random server id: 56 characters, the first one N. */
    public static String newServerId(RandomGenerator random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return encode(SERVER_PREFIX, key);
    }

    /** Whether a text is the public key of a user: 56 characters, the first one U. */
    public static boolean isPublicUserKey(String text) {
        return decode(USER_PREFIX, text).isPresent();
    }

    /** Whether a text is the public key of an account: 56 characters, the first one A. */
    public static boolean isPublicAccountKey(String text) {
        return decode(ACCOUNT_PREFIX, text).isPresent();
    }

    /**
     * The 32 bytes of a user's public key.
     *
     * @throws IllegalArgumentException if the text isn't one
     */
    public static byte[] publicUserKey(String text) {
        return decode(USER_PREFIX, text)
                .orElseThrow(() -> new IllegalArgumentException("not a user's public nkey"));
    }

    /** Whether a text is the seed of a user's key pair: 58 characters, the first ones SU. */
    public static boolean isUserSeed(String text) {
        return seed(text).isPresent();
    }

    /**
     * The 32 bytes that a user's key pair is made of.
     *
     * @throws IllegalArgumentException if the text isn't a user's seed; it doesn't show it
     */
    public static byte[] userSeed(String text) {
        return seed(text).orElseThrow(() -> new IllegalArgumentException("not a user's nkey seed"));
    }

    /** The public key of a user in its text form. */
    public static String publicUserKeyText(byte[] key) {
        return encode(USER_PREFIX, key);
    }

    /** The first byte of a seed has the upper bits of the kind's prefix, the second the others. */
    private static Optional<byte[]> seed(String text) {
        byte[] raw = new byte[2 + KEY_BYTES + 2];
        if (!decodeBase32(text, raw)
                || (raw[0] & 0xFF) != (SEED_PREFIX | USER_PREFIX >>> 5)
                || (raw[1] & 0xFF) != (USER_PREFIX & 31) << 3) {
            return Optional.empty();
        }
        return Optional.of(Arrays.copyOfRange(raw, 2, 2 + KEY_BYTES));
    }

    private static Optional<byte[]> decode(int prefix, String text) {
        byte[] raw = new byte[1 + KEY_BYTES + 2];
        return decodeBase32(text, raw) && (raw[0] & 0xFF) == prefix
                ? Optional.of(Arrays.copyOfRange(raw, 1, 1 + KEY_BYTES))
                : Optional.empty();
    }

    /** Fills {@code raw} with what a text stands for; whether it does, and its checksum holds. */
    private static boolean decodeBase32(String text, byte[] raw) {
        if (text.length() != (raw.length * 8 + 4) / 5) {
            return false;
        }
        int buffer = 0;
        int bits = 0;
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                return false;
            }
            buffer = buffer << 5 | digit;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                raw[written++] = (byte) (buffer >>> bits);
                buffer &= (1 << bits) - 1;
            }
        }
        int crc = raw[raw.length - 2] & 0xFF | (raw[raw.length - 1] & 0xFF) << 8;
        return crc == crc16(raw, raw.length - 2);
    }

    private static int digit(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
    }

    static String encode(int prefix, byte[] key) {
        byte[] raw = new byte[1 + key.length + 2];
        raw[0] = (byte) prefix;
        System.arraycopy(key, 0, raw, 1, key.length);
        int crc = crc16(raw, 1 + key.length);
        raw[raw.length - 2] = (byte) crc;
        raw[raw.length - 1] = (byte) (crc >>> 8);
        return base32(raw);
    }

    static int crc16(byte[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= (bytes[i] & 0xFF) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
        }
        return crc & 0xFFFF;
    }

    private static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder((bytes.length * 8 + 4) / 5);
        int buffer = 0;
        int bits = 0;
        for (byte b : bytes) {
            buffer = buffer << 8 | b & 0xFF;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32[buffer >>> bits & 31]);
            }
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0) {
            text.append(BASE32[buffer << 5 - bits & 31]);
        }
        return text.toString();
    }
}

package io.millrace.broker.routing.crossing;

/**
 * The key stream of ChaCha20 (RFC 8439, section 2.3): numbers that nobody can guess who hasn't the
 * key. Makes no garbage, other than what the platform has for this.
 */
final class KeyStream {
    static final int KEY_BYTES = 32;

    /** Numbers in a block. */
    static final int BLOCK_INTS = 16;

    /** The RFC's constant: {@code expand 32-byte k}. */
    private static final int[] CONSTANT = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

    private static final int KEY_AT = 4;
    private static final int COUNTER_AT = 12;
    private static final int DOUBLE_ROUNDS = 10;

    private final int[] state = new int[BLOCK_INTS];
    private final int[] block = new int[BLOCK_INTS];

    /**
     * Makes one.
     *
     * @param key 8 numbers, the first bytes of each the lowest
     * @param counter the first 4 numbers behind it: of the first block, and the nonce
     */
    KeyStream(int[] key, int[] counter) {
        System.arraycopy(CONSTANT, 0, state, 0, CONSTANT.length);
        System.arraycopy(key, 0, state, KEY_AT, KEY_BYTES / Integer.BYTES);
        System.arraycopy(counter, 0, state, COUNTER_AT, BLOCK_INTS - COUNTER_AT);
    }

    /** The next block, which the one behind it overwrites. */
    int[] next() {
        System.arraycopy(state, 0, block, 0, BLOCK_INTS);
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            quarter(0, 4, 8, 12);
            quarter(1, 5, 9, 13);
            quarter(2, 6, 10, 14);
            quarter(3, 7, 11, 15);
            quarter(0, 5, 10, 15);
            quarter(1, 6, 11, 12);
            quarter(2, 7, 8, 13);
            quarter(3, 4, 9, 14);
        }
        for (int i = 0; i < BLOCK_INTS; i++) {
            block[i] += state[i];
        }
        if (++state[COUNTER_AT] == 0) {
            // Longer than the RFC has it: the next number, part of its nonce, counts on.
            state[COUNTER_AT + 1]++;
        }
        return block;
    }

    private void quarter(int a, int b, int c, int d) {
        mix(a, b, d, 16);
        mix(c, d, b, 12);
        mix(a, b, d, 8);
        mix(c, d, b, 7);
    }

    private void mix(int sum, int added, int turned, int by) {
        block[sum] += block[added];
        block[turned] = Integer.rotateLeft(block[turned] ^ block[sum], by);
    }
}

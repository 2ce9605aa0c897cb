package io.millrace.protocol;

import java.util.random.RandomGenerator;

/**
 * One piece of a compiled destination, which writes what a subject makes of it. Positions and sizes
 * are of bytes, as in the reference: they may cut a character in two. A size or position that
 * leaves nothing to do does nothing: the token is written as it is.
 *
 * <p>The tokens that are referred to exist: the transform's source was matched before.
 */
sealed interface TransformPart {
    void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random);

    /** The same for all subjects; dots between the tokens are among it. */
    record Literal(byte[] bytes) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            out.put(bytes);
        }
    }

    /** A token as it is. */
    record Wildcard(int token) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            out.copy(subject.bytes(), subject.start(token), subject.length(token));
        }
    }

    /** All that a {@code >} stands for: the tokens from this one on. */
    record Rest(int from) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int start = subject.start(from);
            out.copy(subject.bytes(), start, subject.end() - start);
        }
    }

    /**
     * The number of a bucket: by the tokens one after the other, or by the whole subject, its dots
     * included, if there are none.
     *
     * @param buckets unsigned; 0 is one bucket
     */
    record Partition(int[] tokens, int buckets) implements TransformPart {
        // FNV-1a, 32 bits.
        private static final int OFFSET_BASIS = 0x811C_9DC5;
        private static final int PRIME = 0x0100_0193;

        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int bucket = buckets == 0 ? 0 : Integer.remainderUnsigned(hash(subject), buckets);
            out.number(Integer.toUnsignedLong(bucket));
        }

        private int hash(SubjectTokens subject) {
            if (tokens.length == 0) {
                return hash(OFFSET_BASIS, subject.bytes(), subject.start(0), subject.end());
            }
            int hash = OFFSET_BASIS;
            for (int token : tokens) {
                int start = subject.start(token);
                hash = hash(hash, subject.bytes(), start, start + subject.length(token));
            }
            return hash;
        }

        private static int hash(int before, Region bytes, int from, int to) {
            int hash = before;
            for (int i = from; i < to; i++) {
                hash = (hash ^ bytes.getByte(i) & 0xFF) * PRIME;
            }
            return hash;
        }
    }

    /**
     * A random number.
     *
     * @param bound above all of them, whatever its sign; 0 is one number
     */
    record RandomNumber(int bound) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            out.number(bound == 0 ? 0 : (random.nextInt() >>> 1) % bound);
        }
    }

    /** The first so many bytes of a token. */
    record Left(int token, int size) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int length = subject.length(token);
            int kept = cuts(size, length) ? size : length;
            out.copy(subject.bytes(), subject.start(token), kept);
        }
    }

    /** The last so many bytes of a token. */
    record Right(int token, int size) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int length = subject.length(token);
            int kept = cuts(size, length) ? size : length;
            out.copy(subject.bytes(), subject.start(token) + length - kept, kept);
        }
    }

    /** A token in two, the first of so many bytes. */
    record SplitFromLeft(int token, int position) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int length = subject.length(token);
            pieces(subject, token, out, cuts(position, length) ? position : length, length);
        }
    }

    /** A token in two, the last of so many bytes. */
    record SplitFromRight(int token, int position) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int length = subject.length(token);
            int first = cuts(position, length) ? length - position : length;
            pieces(subject, token, out, first, length);
        }
    }

    /** A token in pieces of so many bytes; the last has what is left. */
    record SliceFromLeft(int token, int size) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int length = subject.length(token);
            int piece = cuts(size, length) ? size : length;
            pieces(subject, token, out, piece, piece);
        }
    }

    /** A token in pieces of so many bytes; the first has what is left. */
    record SliceFromRight(int token, int size) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            int length = subject.length(token);
            if (cuts(size, length)) {
                int left = length % size;
                pieces(subject, token, out, left > 0 ? left : size, size);
            } else {
                pieces(subject, token, out, length, length);
            }
        }
    }

    /** A token in pieces, at each of its delimiters. */
    record Split(int token, byte[] delimiter) implements TransformPart {
        @Override
        public void write(SubjectTokens subject, SubjectWriter out, RandomGenerator random) {
            Region bytes = subject.bytes();
            int end = subject.start(token) + subject.length(token);
            int start = subject.start(token);
            int next = find(bytes, start, end);
            out.copy(bytes, start, next - start);
            boolean separates = next > start;
            while (next < end) {
                start = next + delimiter.length;
                next = find(bytes, start, end);
                // A delimiter in front of all makes no token, an empty piece none either; but, as
                // in the reference, the second of two in front does.
                if (separates && next > start) {
                    out.separate();
                }
                out.copy(bytes, start, next - start);
                separates = true;
            }
        }

        private int find(Region bytes, int from, int end) {
            if (delimiter.length == 0) {
                return from + (from < end ? Utf8.length(bytes, from, end) : 0);
            }
            int last = end - delimiter.length;
            int at = from;
            while (at <= last) {
                at = bytes.indexOf(delimiter[0], at, last + 1);
                if (at <= last && bytes.equal(at, delimiter)) {
                    return at;
                }
                at++;
            }
            return end;
        }
    }

    /** Whether there is something on both sides of a cut. */
    private static boolean cuts(int at, int length) {
        return at > 0 && at < length;
    }

    /** Writes a token in pieces, the first and all others of such sizes. */
    private static void pieces(
            SubjectTokens subject, int token, SubjectWriter out, int firstSize, int size) {
        int start = subject.start(token);
        int end = start + subject.length(token);
        int next = start + firstSize;
        out.copy(subject.bytes(), start, firstSize);
        while (next < end) {
            int piece = Math.min(size, end - next);
            out.separate();
            out.copy(subject.bytes(), next, piece);
            next += piece;
        }
    }
}

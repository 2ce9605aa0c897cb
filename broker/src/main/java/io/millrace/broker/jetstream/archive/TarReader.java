package io.millrace.broker.jetstream.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a tar file in pieces, as strictly as backups need it: plain files, and records of POSIX pax
 * in front of one that say its path and size. Anything else is refused.
 *
 * <pre>
 *   0  name:100   124  size:12, octal   148  checksum:8, octal   156  type:1   345  prefix:155
 * </pre>
 *
 * <p>What belongs to a file is padded to whole blocks of 512 bytes; two of zeros end all.
 */
final class TarReader {
    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int SIZE = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE = 156;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    private static final int OCTAL_BITS = 3;

    /** Of pax records; a path isn't longer. */
    private static final int MAX_PAX_BYTES = 64 * 1024;

    private static final int END_BLOCKS = 2;

    /** Gets the files. */
    interface Files {
        /** A file of this size begins. */
        void beginFile(String path, long size) throws BadBackupException;

        /** So much of it follows. */
        void content(byte[] bytes, int from, int to) throws BadBackupException;

        /** The file was whole. */
        void endFile() throws BadBackupException;
    }

    private final Files files;
    private final Gathered block = new Gathered();
    private boolean pax;

    /** What pax says of the next file; empty or -1 for nothing. */
    private String paxPath = "";

    private long paxSize = -1;

    /** Of the content that is still to come, and the padding behind it. */
    private long left;

    private long padding;
    private boolean inContent;
    private int zeroBlocks;

    TarReader(Files files) {
        this.files = files;
    }

    int heldBytes() {
        return block.heldBytes();
    }

    void read(byte[] bytes, int from, int to) throws BadBackupException {
        int at = from;
        while (at < to && zeroBlocks < END_BLOCKS) {
            if (inContent) {
                at = readContent(bytes, at, to);
            } else if (padding > 0) {
                int skipped = (int) Math.min(padding, to - at);
                padding -= skipped;
                at += skipped;
            } else {
                at = block.fill(BLOCK_BYTES, bytes, at, to);
                if (block.length() == BLOCK_BYTES) {
                    head(block.bytes());
                }
            }
        }
    }

    /** Nothing follows; all there is must have been there. */
    void end() throws BadBackupException {
        if (zeroBlocks < END_BLOCKS) {
            throw new BadBackupException("backup was truncated");
        }
    }

    private int readContent(byte[] bytes, int from, int to) throws BadBackupException {
        int at;
        if (pax) {
            at = block.fill(left + block.length(), bytes, from, to);
        } else {
            at = from + (int) Math.min(left, to - from);
            files.content(bytes, from, at);
        }
        left -= at - from;
        if (left == 0) {
            contentRead();
        }
        return at;
    }

    private void contentRead() throws BadBackupException {
        inContent = false;
        if (pax) {
            readPax();
        } else {
            paxPath = "";
            paxSize = -1;
            files.endFile();
        }
        block.clear();
    }

    private void head(byte[] head) throws BadBackupException {
        if (isZero(head)) {
            zeroBlocks++;
            block.clear();
            return;
        }
        if (zeroBlocks > 0 || octal(head, CHECKSUM, CHECKSUM_BYTES) != sum(head)) {
            throw invalid();
        }
        long size = octal(head, SIZE, SIZE_BYTES);
        int type = head[TYPE];
        pax = type == 'x';
        if (pax && size > MAX_PAX_BYTES) {
            throw invalid();
        }
        if (!pax && type != '0' && type != 0) {
            throw new BadBackupException("unexpected content");
        }
        if (!pax && paxSize >= 0) {
            size = paxSize;
        }
        left = size;
        padding = -size & BLOCK_BYTES - 1;
        inContent = true;
        if (!pax) {
            files.beginFile(paxPath.isEmpty() ? path(head) : paxPath, size);
        }
        block.clear();
        if (left == 0) {
            contentRead();
        }
    }

    private static BadBackupException invalid() {
        return new BadBackupException("archive/tar: invalid tar header");
    }

    private static boolean isZero(byte[] head) {
        for (int i = 0; i < BLOCK_BYTES; i++) {
            if (head[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of all bytes, as if the checksum were blanks. */
    private static long sum(byte[] head) {
        long sum = 0;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            boolean own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES;
            sum += own ? ' ' : head[i] & 0xFF;
        }
        return sum;
    }

    private static long octal(byte[] head, int from, int length) throws BadBackupException {
        String digits = text(head, from, length).strip();
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            if (digit < '0' || digit > '7') {
                throw invalid();
            }
            value = value << OCTAL_BITS | digit - '0';
        }
        return value;
    }

    /** Up to the first zero. */
    private static String text(byte[] head, int from, int length) {
        int end = from;
        while (end < from + length && head[end] != 0) {
            end++;
        }
        return new String(head, from, end - from, StandardCharsets.UTF_8);
    }

    private static String path(byte[] head) {
        String prefix = text(head, PREFIX, PREFIX_BYTES);
        String name = text(head, 0, NAME_BYTES);
        return prefix.isEmpty() ? name : prefix + '/' + name;
    }

    /** Records of their length in decimal digits, a blank, a key, an equals sign, a value, LF. */
    private void readPax() throws BadBackupException {
        byte[] all = Arrays.copyOf(block.bytes(), block.length());
        int at = 0;
        while (at < all.length) {
            int blank = indexOf(all, ' ', at);
            int end = at + number(all, at, blank);
            if (end <= blank || end > all.length || all[end - 1] != '\n') {
                throw invalid();
            }
            int equal = indexOf(all, '=', blank);
            if (equal >= end) {
                throw invalid();
            }
            String key = new String(all, blank + 1, equal - blank - 1, StandardCharsets.UTF_8);
            if (key.equals("path")) {
                paxPath = new String(all, equal + 1, end - equal - 2, StandardCharsets.UTF_8);
            } else if (key.equals("size")) {
                paxSize = number(all, equal + 1, end - 1);
            }
            at = end;
        }
    }

    private static int indexOf(byte[] all, char wanted, int from) throws BadBackupException {
        for (int i = from; i < all.length; i++) {
            if (all[i] == wanted) {
                return i;
            }
        }
        throw invalid();
    }

    /** No file of a backup is larger than an int says. */
    private static int number(byte[] all, int from, int to) throws BadBackupException {
        try {
            int value = Integer.parseInt(new String(all, from, to - from, StandardCharsets.UTF_8));
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw invalid();
    }
}

package io.millrace.broker.jetstream.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads an archive of nats-server 2.15, see {@link ArchiveFormat}. One thread's own. */
final class ArchiveReader implements BackupReader {
    private static final int NAME_LENGTH = 0;
    private static final int TIME = 1;
    private static final int SEQUENCE = 2;
    private static final int HEADER_LENGTH = 3;
    private static final int PAYLOAD_LENGTH = 4;

    /** What is being read. */
    private enum Part {
        MAGIC,
        HEAD,
        NAME,
        CONTENT,
        /** Nothing any more. */
        OVER
    }

    private final BackupSink sink;
    private final long maxPayloadBytes;
    private final long maxMessageBytes;
    private final Varint number = new Varint();
    private final long[] head = new long[ArchiveFormat.HEAD_FIELDS];
    private final Gathered entry = new Gathered();

    private Part part = Part.MAGIC;
    private int field;
    private boolean begun;
    private long lastSequence;
    private long saidLastSequence;
    private long consumersLeft;

    /**
     * Reads from the magic bytes on.
     *
     * @param maxPayloadBytes of a message, with headers, on this server
     * @param maxMessageBytes the same of the stream; -1 for any number
     */
    ArchiveReader(BackupSink sink, long maxPayloadBytes, long maxMessageBytes) {
        this.sink = sink;
        this.maxPayloadBytes = maxPayloadBytes;
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public int heldBytes() {
        return entry.heldBytes();
    }

    @Override
    public void read(byte[] bytes, int from, int to) throws BadBackupException {
        int at = from;
        while (at < to) {
            at =
                    switch (part) {
                        case MAGIC -> readMagic(bytes, at, to);
                        case HEAD -> readHead(bytes, at, to);
                        case NAME -> readName(bytes, at, to);
                        case CONTENT -> readContent(bytes, at, to);
                        // As in the reference: what stands behind the end means nothing.
                        case OVER -> to;
                    };
        }
    }

    @Override
    public void end() throws BadBackupException {
        if (part != Part.OVER) {
            throw new BadBackupException("backup was truncated");
        }
    }

    private int readMagic(byte[] bytes, int from, int to) throws BadBackupException {
        int at = entry.fill(ArchiveFormat.MAGIC.length, bytes, from, to);
        if (entry.length() == ArchiveFormat.MAGIC.length) {
            for (int i = 0; i < ArchiveFormat.MAGIC.length; i++) {
                if (entry.bytes()[i] != ArchiveFormat.MAGIC[i]) {
                    throw invalid();
                }
            }
            beginEntry();
        }
        return at;
    }

    private static BadBackupException invalid() {
        return new BadBackupException("archive: invalid archive stream");
    }

    private void beginEntry() {
        part = Part.HEAD;
        field = 0;
        number.clear();
        entry.clear();
    }

    private int readHead(byte[] bytes, int from, int to) throws BadBackupException {
        int at = from;
        while (at < to && part == Part.HEAD) {
            Varint.Found found = number.read(bytes[at]);
            at++;
            if (found == Varint.Found.TOO_LONG) {
                throw invalid();
            }
            if (found == Varint.Found.WHOLE) {
                head[field] = field == TIME ? number.signed() : number.unsigned();
                number.clear();
                field++;
                if (field == head.length) {
                    checkHead();
                }
            }
        }
        return at;
    }

    /** All that can be refused is, before anything is kept of it. */
    private void checkHead() throws BadBackupException {
        if (head[NAME_LENGTH] < 0
                || head[NAME_LENGTH] > ArchiveFormat.MAX_NAME_BYTES
                || head[HEADER_LENGTH] < 0
                || head[PAYLOAD_LENGTH] < 0
                || contentBytes() < 0) {
            throw invalid();
        }
        if (begun && consumersLeft == 0) {
            if (head[SEQUENCE] == 0) {
                checkEnd();
                return;
            }
            checkMessage();
        } else if (contentBytes() > ArchiveFormat.MAX_JSON_BYTES) {
            throw new BadBackupException(
                    "an entry of " + contentBytes() + " bytes is larger than allowed");
        }
        part = Part.NAME;
        if (head[NAME_LENGTH] == 0) {
            nameRead();
        }
    }

    private void checkEnd() throws BadBackupException {
        if ((head[NAME_LENGTH] | head[TIME] | contentBytes()) != 0) {
            throw new BadBackupException("expected message sequence");
        }
        if (lastSequence < saidLastSequence) {
            sink.skip(saidLastSequence);
        }
        part = Part.OVER;
        entry.clear();
    }

    private void checkMessage() throws BadBackupException {
        long sequence = head[SEQUENCE];
        if (contentBytes() > maxPayloadBytes) {
            throw refused(sequence, "exceeds maximum payload size");
        }
        if (maxMessageBytes >= 0 && contentBytes() > maxMessageBytes) {
            throw refused(sequence, "exceeds maximum message size");
        }
        // Negative from 2^63 on.
        if (sequence <= lastSequence) {
            throw refused(sequence, "out of order");
        }
    }

    private static BadBackupException refused(long sequence, String why) {
        return new BadBackupException(
                "message sequence " + Long.toUnsignedString(sequence) + " " + why);
    }

    private long contentBytes() {
        return head[HEADER_LENGTH] + head[PAYLOAD_LENGTH];
    }

    private int readName(byte[] bytes, int from, int to) throws BadBackupException {
        int at = entry.fill(head[NAME_LENGTH], bytes, from, to);
        if (entry.length() == head[NAME_LENGTH]) {
            nameRead();
        }
        return at;
    }

    private void nameRead() throws BadBackupException {
        if (!begun && !name().equals(ArchiveFormat.STATE)) {
            throw new BadBackupException("expected state.json first");
        }
        if (begun && consumersLeft > 0 && !name().startsWith(ArchiveFormat.CONSUMERS)) {
            throw new BadBackupException("expected consumer, found \"" + name() + '"');
        }
        part = Part.CONTENT;
        if (contentBytes() == 0) {
            contentRead();
        }
    }

    private String name() {
        return new String(entry.bytes(), 0, (int) head[NAME_LENGTH], StandardCharsets.UTF_8);
    }

    private int readContent(byte[] bytes, int from, int to) throws BadBackupException {
        long wanted = head[NAME_LENGTH] + contentBytes();
        int at = entry.fill(wanted, bytes, from, to);
        if (entry.length() == wanted) {
            contentRead();
        }
        return at;
    }

    private void contentRead() throws BadBackupException {
        if (!begun) {
            begin(ArchivedState.read(content()));
        } else if (consumersLeft > 0) {
            consumersLeft--;
            String name = name().substring(ArchiveFormat.CONSUMERS.length());
            sink.consumer(ConsumerJson.read(name, content()));
        } else {
            lastSequence = head[SEQUENCE];
            sink.message(
                    new ArchivedMessage(
                            lastSequence,
                            head[TIME],
                            entry.bytes(),
                            (int) head[NAME_LENGTH],
                            (int) head[HEADER_LENGTH],
                            (int) head[PAYLOAD_LENGTH]));
        }
        beginEntry();
    }

    private void begin(ArchivedState state) throws BadBackupException {
        begun = true;
        consumersLeft = state.consumers();
        saidLastSequence = state.lastSequence();
        lastSequence = Math.max(0, state.firstSequence() - 1);
        sink.begin(BackupSink.UNKNOWN, state.firstSequence(), state.bytes());
    }

    private byte[] content() {
        return Arrays.copyOfRange(entry.bytes(), (int) head[NAME_LENGTH], entry.length());
    }
}

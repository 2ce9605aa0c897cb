package io.millrace.broker.store.index;

import io.millrace.broker.store.Sink;
import io.millrace.protocol.Region;

import java.io.IOException;

/** Writes an index, see {@link DumpFormat}. */
final class IndexDump {
    private IndexDump() {}

    static void write(StreamIndex index, Messages messages, Subjects subjects, Sink out)
            throws IOException {
        out.putInt(DumpFormat.MAGIC);
        out.putInt(DumpFormat.VERSION);
        out.putLong(index.messages());
        out.putLong(index.bytes());
        out.putLong(index.highest());
        out.putInt(subjects.end());
        for (int subject = 0; subject < subjects.end(); subject++) {
            writeSubject(subjects, subject, out);
        }
        ChunkDirectory directory = messages.directory();
        int position = directory.first();
        while (position != ChunkDirectory.NONE) {
            long piece = directory.piece(position);
            Region page = messages.pieces().region(piece);
            int at = PagedHeap.offset(piece);
            int bytes = page.getInt(at + ChunkLayout.BYTES);
            out.putInt(bytes);
            out.putBytes(page, at, bytes);
            position = directory.next(position);
        }
        out.putInt(0);
        writeOpen(messages.open(), out);
        out.putInt(DumpFormat.MAGIC);
    }

    private static void writeSubject(Subjects subjects, int subject, Sink out) throws IOException {
        if (subjects.count(subject) == 0) {
            out.putByte((byte) DumpFormat.FREE);
            return;
        }
        long text = subjects.text(subject);
        int length = subjects.texts().length(text);
        if (length < DumpFormat.LONG) {
            out.putByte((byte) length);
        } else {
            out.putByte((byte) DumpFormat.LONG);
            out.putInt(length);
        }
        out.putBytes(subjects.texts().region(text), subjects.texts().offset(text), length);
    }

    private static void writeOpen(Entries open, Sink out) throws IOException {
        out.putInt(open.live());
        for (int i = open.nextLive(0); i >= 0; i = open.nextLive(i + 1)) {
            out.putLong(open.sequence(i));
            out.putLong(open.location(i));
            out.putLong(open.link(i));
            out.putInt(open.size(i));
            out.putInt(open.subject(i));
        }
    }
}

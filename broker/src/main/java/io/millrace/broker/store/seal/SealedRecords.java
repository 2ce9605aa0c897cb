package io.millrace.broker.store.seal;

import static io.millrace.broker.store.seal.Aead.TAG_BYTES;

import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

/**
 * Seals records, each with its head bound to it. What was opened keeps its flags and its length:
 * where the tag was there are zeros.
 */
final class SealedRecords implements RecordCover {
    private static final int INITIAL_BYTES = 4096;

    /** Memory beyond this is given back when small records are read again. */
    private static final int KEPT_BYTES = 1 << 20;

    private final Aead aead;
    private NativeBlock block = NativeBlock.allocate(INITIAL_BYTES);

    SealedRecords(Aead aead) {
        this.aead = aead;
    }

    @Override
    public int flag() {
        return RecordLayout.SEALED;
    }

    @Override
    public void cover(Region region, int offset, int length, FileKey key, int place) {
        int flags = region.getByte(offset + RecordLayout.FLAGS);
        if ((flags & RecordLayout.SEALED) == 0) {
            throw new IllegalArgumentException("a record without room for a tag");
        }
        int head = RecordLayout.content(flags) - RecordLayout.COVERED;
        int content = offset + RecordLayout.content(flags);
        aead.seal(
                key,
                Aead.RECORD,
                place,
                region,
                offset + RecordLayout.COVERED,
                head,
                content,
                offset + length - TAG_BYTES - content);
    }

    @Override
    public boolean uncover(RecordView record, FileKey key, int place) {
        if ((record.flags() & RecordLayout.SEALED) == 0) {
            return false;
        }
        Region from = record.region();
        int offset = record.offset();
        int length = record.length();
        Region to = fit(length);
        int content = RecordLayout.content(record.flags());
        boolean isWhole =
                aead.open(
                        key,
                        Aead.RECORD,
                        place,
                        from,
                        offset + RecordLayout.COVERED,
                        content - RecordLayout.COVERED,
                        offset + content,
                        length - content,
                        to,
                        content);
        if (!isWhole) {
            return false;
        }
        from.copy(offset, to, 0, content);
        to.putLong(length - TAG_BYTES, 0);
        to.putLong(length - Long.BYTES, 0);
        return record.moveTo(to, 0, length);
    }

    private Region fit(int length) {
        int now = block.region().length();
        if (length > now || length < INITIAL_BYTES && now > KEPT_BYTES) {
            block.close();
            block = NativeBlock.allocate(Math.max(INITIAL_BYTES, length));
        }
        return block.region();
    }

    @Override
    public void close() {
        block.close();
    }
}

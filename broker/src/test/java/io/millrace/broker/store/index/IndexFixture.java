package io.millrace.broker.store.index;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.protocol.NativeBlock;

import java.nio.charset.StandardCharsets;

/** An index whose subjects are strings. */
final class IndexFixture implements AutoCloseable {
    final Debtor debtor = new Debtor(Ledger.unbounded());
    final StreamIndex index = new StreamIndex(debtor);
    private final NativeBlock block = NativeBlock.allocate(70_000);

    int intern(String subject) {
        byte[] text = subject.getBytes(StandardCharsets.UTF_8);
        block.region().put(0, text);
        return index.intern(block.region(), 0, text.length);
    }

    int find(String subject) {
        byte[] text = subject.getBytes(StandardCharsets.UTF_8);
        block.region().put(0, text);
        return index.find(block.region(), 0, text.length);
    }

    void add(long sequence, String subject) {
        index.add(sequence, intern(subject), sequence * 160, 128);
    }

    String text(int subject) {
        byte[] text =
                index.subjectRegion(subject)
                        .bytes(index.subjectOffset(subject), index.subjectLength(subject));
        return new String(text, StandardCharsets.UTF_8);
    }

    /** What the debtor owes, in bytes. */
    long owed() {
        return debtor.bytes(Debt.Store.NATIVE);
    }

    @Override
    public void close() {
        index.close();
        block.close();
    }
}

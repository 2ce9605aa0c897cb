package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.PeerInterest;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.SubjectWriter;

import java.nio.charset.StandardCharsets;

/**
 * Subscriptions that get messages of other accounts: each has a copy in the index of every account
 * that exports what it asks for, under what that account calls it. Routing thread.
 */
final class StreamImports {
    private static final int MOST_BYTES_OF_A_CHARACTER = 3;

    private final Matcher matcher;
    private final Outbox outbox;
    private final Counters counters;
    private final RoutedInterest routed;
    private final InterestMemory memory;
    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();

    StreamImports(
            Matcher matcher,
            Outbox outbox,
            Counters counters,
            RoutedInterest routed,
            InterestMemory memory) {
        this.matcher = matcher;
        this.outbox = outbox;
        this.counters = counters;
        this.routed = routed;
        this.memory = memory;
    }

    /** A subscription was made. */
    void add(PeerInterest interest) {
        for (ImportedStream stream : interest.account.streams) {
            add(interest, stream);
        }
    }

    /** There is an import that a subscription may ask for. */
    void add(PeerInterest interest, ImportedStream stream) {
        String imported = Permissions.text(stream.subjects.second());
        String wanted =
                Subject.overlap(
                        new String(interest.subject, StandardCharsets.ISO_8859_1), imported);
        if (wanted == null) {
            return;
        }
        byte[] bytes = wanted.getBytes(StandardCharsets.ISO_8859_1);
        int room = bytes.length + stream.subjects.first().length() * MOST_BYTES_OF_A_CHARACTER;
        try (NativeBlock block = NativeBlock.allocate(bytes.length + room)) {
            Region region = block.region();
            region.put(0, bytes);
            int length =
                    stream.subjects.toFirst(
                            tokens.of(region, 0, bytes.length),
                            writer.into(region, bytes.length, room));
            if (length > 0) {
                add(interest, stream, region, bytes.length, length);
            }
        }
    }

    private void add(
            PeerInterest interest, ImportedStream stream, Region at, int offset, int length) {
        PeerInterest copy = interest.copy(stream, at.bytes(offset, length));
        if (!memory.take(copy.peer, copy)) {
            interest.forget(copy);
            outbox.error(copy.peer, "no memory is left for what its subscriptions import");
            return;
        }
        if (copy.peer.kind.isCounted()) {
            counters.inserts++;
        } else {
            stream.exporter.servicesInterest++;
        }
        matcher.add(stream.exporter.index, at, offset, length, copy);
        routed.announced(stream.exporter, copy);
    }

    /** A subscription has ended. */
    void remove(PeerInterest interest) {
        for (PeerInterest copy : interest.copies()) {
            remove(interest, copy);
        }
    }

    /** An import is no more that a subscription may have asked for. */
    void remove(PeerInterest interest, ImportedStream stream) {
        for (PeerInterest copy : interest.copies()) {
            if (copy.through == stream) {
                remove(interest, copy);
            }
        }
    }

    private void remove(PeerInterest interest, PeerInterest copy) {
        interest.forget(copy);
        memory.giveBack(copy.peer, copy);
        if (copy.peer.kind.isCounted()) {
            counters.removes++;
        } else {
            copy.account.servicesInterest--;
        }
        matcher.remove(copy.account.index, copy);
        routed.withdrawn(copy.account, copy);
    }
}

package io.millrace.broker.jetstream.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** Remembers what a backup held, as {@code messages.txt} says it. */
final class Told implements BackupSink {
    final SortedMap<Long, String> messages = new TreeMap<>();
    final List<ArchivedConsumer> consumers = new ArrayList<>();
    long createdNs;
    long first;
    long last;

    @Override
    public void begin(long itsCreatedNs, long firstSequence, long bytes) {
        createdNs = itsCreatedNs;
        first = firstSequence;
        last = Math.max(0, firstSequence - 1);
    }

    @Override
    public void message(ArchivedMessage message) {
        if (message.sequence() <= last) {
            throw new AssertionError(message.sequence() + " isn't behind " + last);
        }
        last = message.sequence();
        messages.put(last, text(message));
    }

    private static String text(ArchivedMessage message) {
        int headers = message.subjectLength();
        int payload = headers + message.headerLength();
        byte[] bytes = message.bytes();
        CRC32 crc = new CRC32();
        crc.update(bytes, payload, message.payloadLength());
        return "%d %d %s %s %d %d"
                .formatted(
                        message.sequence(),
                        message.timeNs(),
                        Samples.text(bytes, 0, headers),
                        Samples.base64(bytes, headers, message.headerLength()),
                        message.payloadLength(),
                        crc.getValue());
    }

    @Override
    public void skip(long sequence) {
        if (sequence <= last) {
            throw new AssertionError(sequence + " isn't behind " + last);
        }
        last = sequence;
    }

    @Override
    public void remove(long sequence) {
        messages.remove(sequence);
    }

    @Override
    public void consumer(ArchivedConsumer consumer) {
        consumers.add(consumer);
    }
}

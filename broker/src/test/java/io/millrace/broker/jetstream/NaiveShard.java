package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.Retention;
import io.millrace.broker.jetstream.config.Storage;
import io.millrace.broker.jetstream.config.StreamConfig;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Streams as maps: what a shard must be like, without anything that makes it fast or durable. */
final class NaiveShard {
    final Map<String, NaiveStream> streams = new TreeMap<>();

    /**
     * A message.
     *
     * @param timeNs when it was kept
     * @param ttl seconds; 0 for none
     */
    record Kept(String subject, int headerBytes, String payload, long timeNs, long ttl) {}

    /** One stream. */
    static final class NaiveStream {
        private static final long SECOND_NS = 1_000_000_000;

        /** Times to live are looked at in steps of so many nanoseconds. */
        private static final long TICK_NS = 1 << 20;

        StreamConfig config;
        final TreeMap<Long, Kept> messages = new TreeMap<>();
        final Map<String, Long> ids = new HashMap<>();

        /** How each is configured, in words. */
        final Map<String, String> consumers = new TreeMap<>();

        long last;

        NaiveStream(StreamConfig config) {
            this.config = config;
        }

        long first() {
            return messages.isEmpty() ? last + 1 : messages.firstKey();
        }

        long bytes() {
            long bytes = 0;
            for (Kept each : messages.values()) {
                bytes += size(each);
            }
            return bytes;
        }

        private long size(Kept message) {
            if (config.storage() == Storage.MEMORY) {
                return 16L
                        + message.subject.length()
                        + message.headerBytes
                        + message.payload.length();
            }
            long headers = message.headerBytes == 0 ? 0 : 4L + message.headerBytes;
            return 30L + message.subject.length() + headers + message.payload.length();
        }

        void add(Kept message) {
            last++;
            messages.put(last, message);
            limit(message.subject);
        }

        void configure(StreamConfig newConfig) {
            config = newConfig;
            limitAll();
            for (String subject : subjects()) {
                limitSubject(subject);
            }
        }

        private List<String> subjects() {
            return messages.values().stream().map(Kept::subject).distinct().toList();
        }

        private void limit(String subject) {
            limitSubject(subject);
            limitAll();
        }

        private void limitSubject(String subject) {
            long most = config.maxMsgsPerSubject();
            while (most > 0 && of(subject).size() > most) {
                messages.remove(of(subject).getFirst());
            }
        }

        private void limitAll() {
            if (config.discard() == Discard.OLD) {
                while (config.maxMsgs() > 0 && messages.size() > config.maxMsgs()
                        || config.maxBytes() > 0 && bytes() > config.maxBytes()) {
                    messages.pollFirstEntry();
                }
            }
        }

        /** Whether it is to leave by now because of its age. */
        boolean isOld(Kept message, long nowNs) {
            return config.maxAgeNs() > 0 && message.timeNs <= nowNs - config.maxAgeNs();
        }

        /** Whether it is to leave by now because of its time to live. */
        static boolean isOver(Kept message, long nowNs) {
            long dueNs = message.timeNs + message.ttl * SECOND_NS;
            return message.ttl > 0 && (dueNs + TICK_NS - 1) / TICK_NS * TICK_NS <= nowNs;
        }

        List<Long> of(String subject) {
            List<Long> found = new ArrayList<>();
            messages.forEach(
                    (sequence, message) -> {
                        if (message.subject.equals(subject)) {
                            found.add(sequence);
                        }
                    });
            return found;
        }
    }

    /** All of it that survives a restart in words, to be compared. */
    String text() {
        return text(false);
    }

    /** The same, with streams in memory if asked for. */
    String text(boolean memory) {
        StringBuilder text = new StringBuilder();
        streams.forEach(
                (name, stream) -> {
                    if (stream.config.storage() == Storage.MEMORY && !memory) {
                        return;
                    }
                    text.append(name)
                            .append(' ')
                            .append(stream.config.maxMsgs())
                            .append(' ')
                            .append(stream.last)
                            .append(stream.consumers)
                            .append(':');
                    if (stream.config.retention() != Retention.LIMITS) {
                        // What is acknowledged goes sooner or later.
                        text.append('\n');
                        return;
                    }
                    stream.messages.forEach(
                            (sequence, message) ->
                                    text.append(' ')
                                            .append(sequence)
                                            .append(message.subject)
                                            .append(message.payload.hashCode()));
                    text.append('\n');
                });
        return text.toString();
    }
}

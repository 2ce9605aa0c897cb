package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.ApiError;
import io.millrace.broker.jetstream.config.ApiErrors;
import io.millrace.broker.jetstream.config.Discard;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.SubjectFilter;

import org.jspecify.annotations.Nullable;

import java.util.BitSet;

/** How many messages a stream keeps, and which have to go or can't come. Shard thread. */
final class Limits {
    private final StreamConfig config;
    private final Messages messages;
    private final MessageSize sizes;

    Limits(StreamConfig config, Messages messages, MessageSize sizes) {
        this.config = config;
        this.messages = messages;
        this.sizes = sizes;
    }

    /** Where new messages are turned away rather than old ones: why this one is; else null. */
    @Nullable ApiError turnsAway(Incoming message, PublishHeaders headers) {
        if (config.discard() != Discard.NEW) {
            return null;
        }
        StreamIndex index = messages.index();
        int subject = messages.subject(message.subject);
        long perSubject = config.maxMsgsPerSubject();
        // It takes the place of another one.
        boolean replaces = perSubject > 0 && subject >= 0 && index.count(subject) >= perSubject;
        if (replaces && config.discardNewPerSubject() && !headers.hasValue(Header.ROLLUP)) {
            return ApiErrors.STREAM_STORE_FAILED.error("maximum messages per subject exceeded");
        }
        if (config.maxMsgs() > 0 && messages.count() >= config.maxMsgs() && !replaces) {
            return ApiErrors.STREAM_STORE_FAILED.error("maximum messages exceeded");
        }
        int size = sizes.of(message);
        if (config.maxBytes() > 0 && messages.bytes() + size > config.maxBytes()) {
            if (!replaces || index.size(index.firstOf(subject)) < size) {
                return ApiErrors.STREAM_STORE_FAILED.error("maximum bytes exceeded");
            }
        }
        return null;
    }

    /** Removes what is too much, now that a message on this subject has come. */
    void enforce(int subject) {
        perSubject(subject);
        if (config.discard() == Discard.OLD) {
            total();
        }
    }

    private void perSubject(int subject) {
        long most = config.maxMsgsPerSubject();
        if (most > 0) {
            StreamIndex index = messages.index();
            while (index.count(subject) > most) {
                messages.removed(index.firstOf(subject));
            }
        }
    }

    private void total() {
        while (config.maxMsgs() > 0 && messages.count() > config.maxMsgs()
                || config.maxBytes() > 0
                        && messages.bytes() > config.maxBytes()
                        && messages.count() > 0) {
            messages.removed(messages.firstSequence());
        }
    }

    /** Removes what is too much by limits that were changed. */
    void enforceAll() {
        // In the order of the reference, so that the same messages stay.
        if (config.discard() == Discard.OLD) {
            total();
        }
        if (config.maxMsgsPerSubject() > 0) {
            // Removing changes the index, so first those are found that have too many.
            BitSet crowded = new BitSet();
            messages.index()
                    .matching(
                            SubjectFilter.of(">"),
                            subject -> {
                                if (messages.index().count(subject) > config.maxMsgsPerSubject()) {
                                    crowded.set(subject);
                                }
                            });
            crowded.stream().forEach(this::perSubject);
        }
    }
}

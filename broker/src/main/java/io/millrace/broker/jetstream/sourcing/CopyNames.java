package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.stream.OriginName;
import io.millrace.broker.jetstream.stream.ShortHash;

import java.util.List;

/**
 * The names of the consumers that a stream copies with: always the same ones, so that an origin
 * finds the one from before a restart, and the reference's. Immutable.
 */
final class CopyNames {
    private final String hash;

    /** Names for a stream. */
    CopyNames(String stream, CopyPlace place) {
        String id = stream + ' ' + place.account();
        hash = ShortHash.of(place.domain().isEmpty() ? id : id + ' ' + place.domain());
    }

    String mirror() {
        return "JS_MIRROR_" + hash;
    }

    /**
     * Of a source.
     *
     * @param all sources of the stream: which messages are copied is a part of the name only where
     *     several are of the same stream
     */
    String source(StreamSource source, List<StreamSource> all) {
        long same = all.stream().filter(each -> each.name().equals(source.name())).count();
        return "JS_SRC_" + ShortHash.of(same > 1 ? hash + ' ' + OriginName.of(source) : hash);
    }
}

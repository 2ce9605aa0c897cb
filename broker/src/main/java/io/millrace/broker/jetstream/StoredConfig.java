package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.ConsumerConfigJson;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamConfigJson;
import io.millrace.broker.jetstream.config.StreamMetadata;
import io.millrace.broker.jetstream.json.BadJsonException;
import io.millrace.broker.jetstream.json.JsonDecoder;
import io.millrace.broker.jetstream.json.JsonWriter;

import java.io.IOException;

/** Configurations as the log keeps them: as JSON, so that a newer server can read them. */
final class StoredConfig {
    private StoredConfig() {}

    static byte[] write(StreamConfig config) {
        JsonWriter out = new JsonWriter();
        StreamConfigJson.write(out, config);
        return out.finish();
    }

    static byte[] write(ConsumerConfig config) {
        JsonWriter out = new JsonWriter();
        ConsumerConfigJson.write(out, config);
        return out.finish();
    }

    /**
     * Reads a consumer's.
     *
     * @throws IOException if it is none
     */
    static ConsumerConfig readConsumer(byte[] json) throws IOException {
        try {
            return ConsumerConfigJson.read(JsonDecoder.readAny(ConsumerConfigJson.SCHEMA, json));
        } catch (BadJsonException e) {
            throw new IOException("a consumer's configuration in the store can't be read", e);
        }
    }

    /**
     * Reads one.
     *
     * @throws IOException if it is none, or of a stream that only a newer server can have
     */
    static StreamConfig read(byte[] json) throws IOException {
        try {
            StreamConfig config =
                    StreamConfigJson.read(JsonDecoder.readAny(StreamConfigJson.SCHEMA, json));
            if (!StreamMetadata.isSupported(config)) {
                throw new IOException(
                        "the stream \""
                                + config.name()
                                + "\" needs a newer server than this one, which has level "
                                + StreamMetadata.API_LEVEL
                                + " of the API; start one of those on this store");
            }
            return config;
        } catch (BadJsonException e) {
            throw new IOException("a stream's configuration in the store can't be read", e);
        }
    }
}

package io.millrace.bench.load;

import java.io.IOException;

/** What a stream is used as. */
public enum Kept {
    MESSAGES,
    /** A key-value bucket: of each key the last value is kept. */
    VALUES,
    /** An object bucket: what is counted are the chunks of objects. */
    CHUNKS;

    Stream create(LoadClient client) throws IOException {
        return switch (this) {
            case MESSAGES -> Stream.create(client, Stream.Storage.FILE);
            case VALUES -> Stream.bucket(client);
            case CHUNKS -> Stream.objects(client);
        };
    }
}

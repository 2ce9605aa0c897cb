package io.millrace.broker.jetstream.archive;

import java.nio.charset.StandardCharsets;

/**
 * The layout of an archive of nats-server 2.15, which stands in a stream of S2.
 *
 * <pre>
 * archive    "NATSARC1"  entry ...
 * entry      length of name:uvarint  time:varint  sequence:uvarint
 *            length of headers:uvarint  length of payload:uvarint  name  headers  payload
 *
 * entries, in this order:
 *   name             sequence   content
 *   state.json       0          the stream's state, as the API tells it; so many consumers follow
 *   consumers/NAME   0          configuration and state of a consumer, as JSON
 *   the subject      from 1     a message; sequences ascend
 *   none             0          none: the end; all numbers are 0
 * </pre>
 */
final class ArchiveFormat {
    static final byte[] MAGIC = "NATSARC1".getBytes(StandardCharsets.US_ASCII);

    static final String STATE = "state.json";
    static final String CONSUMERS = "consumers/";

    /** Numbers in front of a name. */
    static final int HEAD_FIELDS = 5;

    /** The longest name: a subject. */
    static final int MAX_NAME_BYTES = 0xFFFF;

    /** The longest JSON; of a consumer, of which some 400,000 messages wait to be acknowledged. */
    static final int MAX_JSON_BYTES = 16 * 1024 * 1024;

    private ArchiveFormat() {}
}

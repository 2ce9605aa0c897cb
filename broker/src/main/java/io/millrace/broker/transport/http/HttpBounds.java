package io.millrace.broker.transport.http;

import io.netty.handler.codec.http.HttpDecoderConfig;

/** How HTTP is decoded wherever it is: within bounds, and as tolerant as Go. */
public final class HttpBounds {
    /** Headers of a message: each takes more than the few bytes it may have. */
    private static final int MOST_HEADERS = 100;

    private HttpBounds() {}

    /**
     * What decoders are to be made with.
     *
     * @param lineBytes the longest first line of a message
     * @param headerBytes all its headers
     */
    public static HttpDecoderConfig of(int lineBytes, int headerBytes) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(lineBytes)
                .setMaxHeaderSize(headerBytes)
                // As Go: lines may end with LF alone.
                .setStrictLineParsing(false)
                .setHeadersFactory(FewHeaders.upTo(MOST_HEADERS))
                .setTrailersFactory(FewHeaders.upTo(MOST_HEADERS));
    }
}

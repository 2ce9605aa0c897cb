package io.millrace.protocol;

/**
 * What a parser is set up with.
 *
 * @param maxControlLine in bytes
 * @param maxPayload in bytes
 * @param headers whether HPUB is allowed before the first CONNECT
 */
record ParserRules(int maxControlLine, int maxPayload, boolean headers) {
    /** The reference's defaults, after a CONNECT with headers. */
    static final ParserRules DEFAULT = new ParserRules(4096, 1024 * 1024, true);

    /** Stands in for the broker: what a CONNECT says of headers. */
    static boolean allowsHeaders(String connectJson) {
        return connectJson.contains("\"headers\":true");
    }
}

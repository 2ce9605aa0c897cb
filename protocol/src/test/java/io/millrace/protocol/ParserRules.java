package io.millrace.protocol;

/**
 * What the parser of a client is set up with.
 *
 * @param headers whether HPUB is allowed before the first CONNECT
 */
record ParserRules(int maxControlLine, int maxPayload, boolean headers) implements Grammar {
    /** The reference's defaults, after a CONNECT with headers. */
    static final ParserRules DEFAULT = new ParserRules(4096, 1024 * 1024, true);

    @Override
    public ProtocolParser parser() {
        CommandParser parser = new CommandParser(maxControlLine, maxPayload);
        parser.headers(headers);
        return parser;
    }

    @Override
    public NaiveParser oracle() {
        return new NaiveCommandParser(this);
    }

    @Override
    public void stopped(ProtocolParser parser, ParsedCommand behind) {
        ((CommandParser) parser).headers(allowsHeaders(behind.tail()));
    }

    /** What a CONNECT says of headers. */
    static boolean allowsHeaders(String connectJson) {
        return connectJson.contains("\"headers\":true");
    }
}

package io.millrace.protocol;

/** What two kinds of peers say: the parser, the oracle, and what a connection does at a stop. */
sealed interface Grammar permits ParserRules, RouteRules, GatewayRules, LeafRules {
    /** In bytes. */
    int maxControlLine();

    /** In bytes. */
    int maxPayload();

    /** The parser of a new connection. */
    ProtocolParser parser();

    /** What the parser must agree with. */
    NaiveParser oracle();

    /** Stands in for the broker: the parser stopped behind this command. */
    void stopped(ProtocolParser parser, ParsedCommand behind);
}

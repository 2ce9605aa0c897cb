package io.millrace.protocol;

/** What the parser of a gateway is set up with. */
record GatewayRules(int maxControlLine, int maxPayload) implements Grammar {
    static final GatewayRules DEFAULT = new GatewayRules(65536, 1024 * 1024);

    @Override
    public ProtocolParser parser() {
        return new GatewayParser(maxControlLine, maxPayload);
    }

    @Override
    public NaiveParser oracle() {
        return new NaiveRouteParser(this);
    }

    @Override
    public void stopped(ProtocolParser parser, ParsedCommand behind) {}
}

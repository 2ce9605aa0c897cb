package io.millrace.protocol;

/**
 * What the parser of a route is set up with.
 *
 * @param oneAccount whether lines don't name their account, before the first INFO
 */
record RouteRules(int maxControlLine, int maxPayload, boolean oneAccount) implements Grammar {
    static final RouteRules DEFAULT = new RouteRules(65536, 1024 * 1024, false);
    static final RouteRules ONE_ACCOUNT = new RouteRules(65536, 1024 * 1024, true);

    @Override
    public ProtocolParser parser() {
        RouteParser parser = new RouteParser(maxControlLine, maxPayload);
        parser.oneAccount(oneAccount);
        return parser;
    }

    @Override
    public NaiveParser oracle() {
        return new NaiveRouteParser(this);
    }

    @Override
    public void stopped(ProtocolParser parser, ParsedCommand behind) {
        if (behind.op() == Op.INFO) {
            ((RouteParser) parser).oneAccount(namesAccount(behind.tail()));
        }
    }

    /** Whether an INFO says that the route carries one account. */
    static boolean namesAccount(String infoJson) {
        return infoJson.contains("\"route_account\"");
    }
}

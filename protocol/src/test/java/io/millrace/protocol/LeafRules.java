package io.millrace.protocol;

/** What the parser of a leaf node connection is set up with. */
record LeafRules(int maxControlLine, int maxPayload) implements Grammar {
    static final LeafRules DEFAULT = new LeafRules(65536, 1024 * 1024);

    @Override
    public ProtocolParser parser() {
        return new LeafParser(maxControlLine, maxPayload);
    }

    @Override
    public NaiveParser oracle() {
        return new NaiveLeafParser(this);
    }

    @Override
    public void stopped(ProtocolParser parser, ParsedCommand behind) {
        // Nothing that is said changes what the lines to come are like.
    }
}

package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/**
 * Parses the same bytes whole, byte by byte, and in two pieces cut at every byte, into blocks of
 * one frame and of many. All must come to the oracle's result; byte by byte, after every byte.
 */
final class EveryCut {
    private EveryCut() {}

    /** Parses a text of ISO 8859-1 characters. */
    static ParseOutcome parse(String wire) {
        return parse(wire, ParserRules.DEFAULT);
    }

    static ParseOutcome parse(String wire, Grammar rules) {
        byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
        NaiveParser oracle = rules.oracle();
        oracle.feed(bytes, 0, bytes.length);
        ParseOutcome expected = oracle.outcome();
        for (int cut = 0; cut < bytes.length; cut++) {
            try (ParserFeed feed = new ParserFeed(rules, cut % 2 == 0 ? 1 : 8, bytes.length)) {
                feed.feed(bytes, 0, cut);
                feed.feed(bytes, cut, bytes.length);
                assertThat(feed.outcome()).as("cut at %d", cut).isEqualTo(expected);
            }
        }
        byteByByte(bytes, rules);
        return expected;
    }

    private static void byteByByte(byte[] bytes, Grammar rules) {
        NaiveParser oracle = rules.oracle();
        try (ParserFeed feed = new ParserFeed(rules, 8, bytes.length)) {
            for (int i = 0; i < bytes.length; i++) {
                oracle.feed(bytes, i, i + 1);
                feed.feed(bytes, i, i + 1);
                assertThat(feed.outcome()).as("after %d bytes", i + 1).isEqualTo(oracle.outcome());
            }
        }
    }

    /** The sentence for the log that goes with the error in these bytes. */
    static String errorDetail(String wire, Grammar rules) {
        byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
        try (ParserFeed feed = new ParserFeed(rules, 8, bytes.length)) {
            feed.feed(bytes, 0, bytes.length);
            return feed.errorDetail();
        }
    }
}

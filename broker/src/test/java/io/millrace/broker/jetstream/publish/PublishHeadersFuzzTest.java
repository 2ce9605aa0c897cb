package io.millrace.broker.jetstream.publish;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Whatever a client takes for headers, those that count are found, and nothing else happens. {@code
 * JAZZER_FUZZ=1} fuzzes; without the variable the seeds run.
 */
class PublishHeadersFuzzTest {
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "5m")
    void shouldFindHeadersInAnything(byte[] block) {
        PublishHeadersTest.check(block, "");
    }
}

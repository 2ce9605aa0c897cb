package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where a JVM is looked for. */
class NewerJavaTest {
    @Test
    void shouldFindTheOneThatThisTestRunsOn() throws Exception {
        assertThat(NewerJava.find()).isExecutable();
    }
}

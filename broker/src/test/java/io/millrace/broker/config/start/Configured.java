package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;

/** Options from the text of a configuration, for tests of other rooms. */
public final class Configured {
    private Configured() {}

    /** Reads a configuration that has no faults. */
    public static void into(OptionsBuilder options, String text) {
        ConfigFile read = ConfigFile.read(new MemorySource().file("c", text), "c", options);
        assertThat(read.errors()).isEmpty();
    }
}

package io.millrace.broker.config.process;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;

/** The options of how a reload goes about changes that need a restart. */
public final class ReloadKeys {
    public static final Rows<ReloadOptions> ROWS = new Rows<>(new Block(""));

    public static final Option<Boolean> STRICT =
            ROWS.option(ReloadOptions::strict, false)
                    .flag(Flag.Kind.SWITCH, "strict-reload")
                    .called("strict reload")
                    .live();

    private ReloadKeys() {}

    /** The record. */
    public static ReloadOptions of(Settings settings) {
        return new ReloadOptions(settings.get(STRICT));
    }
}

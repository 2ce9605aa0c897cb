package io.millrace.broker.config.account;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Key;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Where the keys of one map stand, for what is wrong with several of them together. */
record Places(Block block, Map<String, ConfigValue.Entry> entries) {
    /**
     * Where a key stands, by whichever of its names; null if it doesn't.
     *
     * @param told its first name
     */
    @Nullable Position of(String told) {
        for (Map.Entry<String, ConfigValue.Entry> each : entries.entrySet()) {
            Key key = block.find(each.getKey());
            if (key != null && key.names().getFirst().equals(told)) {
                return each.getValue().at();
            }
        }
        return null;
    }

    /** Whether the second key stands behind the first. */
    boolean areInOrder(String first, String second) {
        for (String each : entries.keySet()) {
            Key key = block.find(each);
            if (key != null && key.names().getFirst().equals(second)) {
                return false;
            }
            if (key != null && key.names().getFirst().equals(first)) {
                return true;
            }
        }
        return false;
    }

    /** Reports a key that may not be there. */
    void refuse(String told, String message, Reading in) {
        Position at = of(told);
        if (at != null) {
            in.error(at, message);
        }
    }

    /** Reports a key that says nothing where it is. */
    void warn(String told, String message, Reading in) {
        Position at = of(told);
        if (at != null) {
            in.warn(at, message);
        }
    }
}

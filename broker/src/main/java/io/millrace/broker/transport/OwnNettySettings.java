package io.millrace.broker.transport;

import io.netty.util.internal.PlatformDependent;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What a Netty that is ours alone, as {@link OwnNettyLog} says, need not find out: what machine and
 * what process it is in, which is in the ids of channels, that nobody looks at, and what Linux it
 * runs on. It reads that once, from properties of a name that is ours, too; they are gone when it
 * has, so that no application comes upon them.
 */
final class OwnNettySettings {
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "io.netty.machineId", "00:00:00:00:00:01",
                    "io.netty.processId", "1",
                    "io.netty.osClassifiers", "",
                    "io.netty.jfr.enabled", "false");

    private OwnNettySettings() {}

    /** Has Netty read them, if they concern nobody else, while something is done. */
    static void during(Runnable first) {
        if (!PlatformDependent.class.getName().startsWith(OwnNettyLog.OURS)) {
            first.run();
            return;
        }
        Properties all = System.getProperties();
        Map<String, String> set = new HashMap<>(SETTINGS);
        // What the application itself has said holds.
        set.keySet().removeIf(all::containsKey);
        all.putAll(set);
        try {
            first.run();
        } finally {
            set.forEach(all::remove);
        }
    }
}

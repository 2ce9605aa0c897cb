package io.millrace.broker.jetstream.sourcing;

import io.millrace.broker.jetstream.config.TransformConfig;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.SubjectChange;

import java.util.List;

/** How subjects are changed on the way: the first that is for a subject counts. Shard thread. */
final class SubjectChanges {
    private final SubjectChange[] all;

    SubjectChanges(List<TransformConfig> transforms) {
        all = transforms.stream().map(SubjectChange::of).toArray(SubjectChange[]::new);
    }

    void apply(Incoming message) {
        for (SubjectChange each : all) {
            if (each.apply(message)) {
                return;
            }
        }
    }
}

package io.millrace.broker.monitor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code ipqueuesz}: what waits between the server's threads. */
final class Ipqueuesz {
    private final Monitored server;

    Ipqueuesz(Monitored server) {
        this.server = server;
    }

    /**
     * The answer.
     *
     * @param all whether queues are shown in which nothing waits
     * @param filter only those with this in their names are shown; empty for all
     */
    JsonOut.Fields answer(boolean all, String filter) {
        Map<String, Integer> shown = new LinkedHashMap<>();
        queues().forEach(
                        (name, waiting) -> {
                            if ((all || waiting > 0) && name.contains(filter)) {
                                shown.put(name, waiting);
                            }
                        });
        return out -> {
            for (Map.Entry<String, Integer> each : shown.entrySet()) {
                out.object(each.getKey(), queue -> queue.field("pending", each.getValue()));
            }
        };
    }

    private Map<String, Integer> queues() {
        Map<String, Integer> queues = new LinkedHashMap<>();
        queues.put("Routing", server.ringWaiting());
        List<Integer> loops = server.ioTasks();
        for (int i = 0; i < loops.size(); i++) {
            queues.put("IO [" + i + ']', loops.get(i));
        }
        return queues;
    }
}

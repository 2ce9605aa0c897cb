package io.millrace.broker.monitor;

import io.millrace.broker.config.account.MappingOptions;
import io.millrace.protocol.MapDest;
import io.millrace.protocol.SubjectTransform;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A mapping as the reference shows it: destinations for any cluster first, the smallest share first
 * among those of a cluster, with what is left for the source; and with each the numbers of 100
 * below which it, or one before it, is chosen.
 */
final class ShownMapping {
    private static final int ALL = 100;

    private ShownMapping() {}

    static List<MapDest> destinations(MappingOptions mapping) {
        Map<String, List<MapDest>> byCluster = new TreeMap<>(Map.of("", new ArrayList<>()));
        boolean loses = false;
        for (MapDest each : mapping.destinations()) {
            byCluster.computeIfAbsent(each.cluster(), _ -> new ArrayList<>()).add(each);
            loses |= each.subject().equals(mapping.source());
        }
        List<MapDest> shown = new ArrayList<>();
        for (Map.Entry<String, List<MapDest>> each : byCluster.entrySet()) {
            List<MapDest> shares = each.getValue();
            int rest = ALL - shares.stream().mapToInt(MapDest::weight).sum();
            if (rest != 0 && !loses) {
                String same = SubjectTransform.tokenize(mapping.source());
                shares.add(new MapDest(same, rest, each.getKey()));
            }
            shares.sort(Comparator.comparingInt(MapDest::weight));
            int bound = 0;
            for (MapDest share : shares) {
                bound += share.weight();
                shown.add(new MapDest(share.subject(), bound, share.cluster()));
            }
        }
        return shown;
    }
}

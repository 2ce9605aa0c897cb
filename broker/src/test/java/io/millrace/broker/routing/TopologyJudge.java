package io.millrace.broker.routing;

import io.millrace.broker.routing.GraphJudge.Arrival;
import io.millrace.broker.routing.GraphMember.Sub;
import io.millrace.broker.routing.NaiveTopology.Audience;
import io.millrace.broker.routing.NaiveTopology.Copy;
import io.millrace.broker.routing.NaiveTopology.Place;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out whether messages have come to those they were for, and to nobody too often. */
final class TopologyJudge {
    /** Where each message comes by if all links are there. */
    private final Map<String, List<Copy>> published = new HashMap<>();

    /** All subscriptions there have been, by their numbers. */
    private final Map<Integer, Sub> subs = new HashMap<>();

    /** How often each message has come to a subscription or a queue group. */
    private final Map<String, Integer> got = new HashMap<>();

    private final boolean imports;

    TopologyJudge(boolean imports) {
        this.imports = imports;
    }

    /** A message was published, and may come by there. */
    void published(String payload, List<Copy> copies) {
        published.put(payload, copies);
    }

    void subscribed(Sub sub) {
        subs.put(sub.sid, sub);
    }

    /** A message has come, be it late: at no time may one come too often. */
    void came(Arrival arrival) {
        Sub sub = subs.get(arrival.sid());
        count(arrival, arrival.sid() + "", most(arrival, sub));
        if (!sub.queue.isEmpty()) {
            count(arrival, sub.queue, 1);
        }
    }

    /**
     * Finds out whether a message has come to those it was for.
     *
     * @param due who has to have it
     * @param may who may have it, those among them
     * @param all what has arrived, other messages among it
     */
    void judge(Audience due, Audience may, String payload, List<Arrival> all) {
        Map<Sub, Integer> plain = new HashMap<>();
        Map<String, List<Sub>> groups = new HashMap<>();
        for (Arrival each : all) {
            Sub sub = each.member().subs.get(each.sid());
            if (!each.payload().equals(payload)) {
                continue;
            }
            if (sub.queue.isEmpty()) {
                plain.merge(sub, 1, Integer::sum);
            } else {
                groups.computeIfAbsent(sub.queue, _ -> new ArrayList<>()).add(sub);
            }
        }
        boolean right =
                plain.entrySet().stream()
                                .allMatch(
                                        each ->
                                                each.getValue()
                                                        <= may.plain()
                                                                .getOrDefault(each.getKey(), 0))
                        && due.plain().entrySet().stream()
                                .allMatch(
                                        each ->
                                                each.getValue()
                                                        <= plain.getOrDefault(each.getKey(), 0))
                        && groups.keySet().containsAll(due.groups().keySet())
                        && groups.entrySet().stream()
                                .allMatch(
                                        each ->
                                                each.getValue().size() == 1
                                                        && may.groups()
                                                                .getOrDefault(
                                                                        each.getKey(), Set.of())
                                                                .containsAll(each.getValue()));
        if (!right) {
            throw new AssertionError(
                    "%s was for %s, and perhaps %s, but came to %s and %s"
                            .formatted(payload, due, may, plain, groups));
        }
    }

    /** How often a message may come to a subscription. */
    private int most(Arrival arrival, Sub sub) {
        Place place = new Place(sub.member.server, sub.member.account);
        int most = 0;
        boolean answer = false;
        for (Copy each : published.get(arrival.payload())) {
            answer |= each.subject().startsWith("_");
            boolean its = each.place().equals(place);
            most += its && NaiveNames.matches(sub.subject, each.subject()) ? 1 : 0;
        }
        // Where answers to other accounts' requests come by is told by those who ask.
        return answer && imports ? 1 : most;
    }

    private void count(Arrival arrival, String whose, int most) {
        int count = got.merge(arrival.payload() + " " + whose, 1, Integer::sum);
        if (count > most) {
            throw new AssertionError(
                    "%s came %d times to %s (%s)"
                            .formatted(arrival.payload(), count, subs.get(arrival.sid()), most));
        }
    }
}

package io.millrace.broker.routing;

import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.routing.GraphMember.Sub;
import io.millrace.broker.routing.Topology.Cluster;
import io.millrace.broker.routing.peer.PeerKind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who gets which message how often, in the simplest way: a message walks over all links it may
 * take, whoever wants it, and whoever wants it where it comes by gets it; of each queue group one
 * does.
 */
final class NaiveTopology {
    /** An account of a server. */
    record Place(int server, String account) {}

    /** A message as it comes by somewhere. */
    record Copy(Place place, String subject) {}

    /**
     * Who gets a message.
     *
     * @param plain each of them, and how often
     * @param groups one of each
     */
    record Audience(Map<Sub, Integer> plain, Map<String, Set<Sub>> groups) {
        boolean isEmpty() {
            return plain.isEmpty() && groups.isEmpty();
        }
    }

    /**
     * How a message gets to a server.
     *
     * @param from what it comes from
     * @param leaf the cluster of the leaf node it comes from; null for none
     * @param crossed whether it has come from another account of that server
     * @param isolated whether it comes from a leaf node that isn't told what others want
     */
    private record Way(PeerKind from, @Nullable Cluster leaf, boolean crossed, boolean isolated) {
        static Way of(PeerKind from) {
            return new Way(from, null, false, false);
        }

        /** Whether it goes on over links to others of a kind. */
        boolean leadsTo(PeerKind to) {
            if (crossed) {
                return from != PeerKind.HUB || to != PeerKind.HUB;
            }
            return switch (to) {
                case ROUTE -> from != PeerKind.ROUTE && from != PeerKind.HUB;
                case HUB -> from != PeerKind.ROUTE && from != PeerKind.HUB;
                case GATEWAY -> from != PeerKind.ROUTE && from != PeerKind.GATEWAY;
                default -> true;
            };
        }

        /** Whether it is another account's business; what a server of the cluster sends was. */
        boolean asks() {
            return crossed
                    || EnumSet.of(PeerKind.CLIENT, PeerKind.SPOKE, PeerKind.HUB).contains(from);
        }
    }

    private final Topology topology;
    final List<GraphMember> members = new ArrayList<>();

    /** Whether links count that are down. */
    private boolean everywhere;

    /** Whether a message goes where whoever sends it isn't told that it is wanted. */
    private boolean more;

    private List<Copy> copies = new ArrayList<>();

    NaiveTopology(Topology topology) {
        this.topology = topology;
    }

    /**
     * Who gets what somebody publishes.
     *
     * @param perhaps whether who gets it by chance is among them
     */
    Audience audience(GraphMember from, String subject, boolean perhaps) {
        more = perhaps;
        Map<Sub, Integer> plain = new LinkedHashMap<>();
        Map<String, Set<Sub>> groups = new LinkedHashMap<>();
        for (Copy copy : walked(from, subject, false)) {
            for (Sub each : wanting(copy)) {
                if (each.queue.isEmpty()) {
                    plain.merge(each, 1, Integer::sum);
                } else {
                    groups.computeIfAbsent(each.queue, _ -> new LinkedHashSet<>()).add(each);
                }
            }
        }
        Cluster own = topology.of(from.server);
        groups.replaceAll((_, group) -> preferred(group, own));
        return new Audience(plain, groups);
    }

    /** Of a queue group those who are of the own cluster; or else below it. */
    private Set<Sub> preferred(Set<Sub> group, Cluster own) {
        Set<Sub> near = new LinkedHashSet<>(group);
        near.removeIf(each -> topology.of(each.member.server) != own);
        if (near.isEmpty() && own.isTop()) {
            near.addAll(group);
            near.removeIf(each -> top(topology.of(each.member.server)) != own);
        }
        return near.isEmpty() ? group : near;
    }

    private static Cluster top(Cluster cluster) {
        return cluster.hub() == null ? cluster : top(cluster.hub());
    }

    private List<Sub> wanting(Copy copy) {
        List<Sub> wanting = new ArrayList<>();
        for (GraphMember member : members) {
            if (copy.place.equals(place(member))) {
                for (Sub sub : member.subs.values()) {
                    if (NaiveNames.matches(sub.subject, copy.subject)) {
                        wanting.add(sub);
                    }
                }
            }
        }
        return wanting;
    }

    private static Place place(GraphMember member) {
        return new Place(member.server, member.account);
    }

    /** Whether what somebody publishes comes by at another one. */
    boolean reaches(GraphMember from, GraphMember to) {
        more = false;
        return walked(from, "", false).contains(new Copy(place(to), ""));
    }

    /** Where a message may come by if all links are there, and under which subject. */
    List<Copy> copies(GraphMember from, String subject) {
        more = true;
        return walked(from, subject, true);
    }

    private List<Copy> walked(GraphMember from, String subject, boolean always) {
        everywhere = always;
        copies = new ArrayList<>();
        walk(place(from), subject, Way.of(PeerKind.CLIENT));
        return copies;
    }

    // --- the walk

    private void walk(Place at, String subject, Way way) {
        Cluster cluster = topology.of(at.server);
        if (!everywhere && !cluster.plans().containsKey(at.account)) {
            return;
        }
        copies.add(new Copy(at, subject));
        if (way.leadsTo(PeerKind.ROUTE)) {
            for (int other : cluster.servers()) {
                if (other != at.server) {
                    Way on = new Way(PeerKind.ROUTE, way.leaf, false, way.isolated);
                    walk(new Place(other, at.account), subject, on);
                }
            }
        }
        if (way.leadsTo(PeerKind.GATEWAY)) {
            for (TopologyLink link : links(TopologyLink.Kind.GATEWAY)) {
                if (link.one == at.server) {
                    Place other = new Place(link.other, at.account);
                    walk(other, subject, Way.of(PeerKind.GATEWAY));
                }
            }
        }
        if (!way.isolated || more) {
            leaves(at, subject, way);
        }
        if (!way.crossed) {
            streams(at, subject, way);
        }
        if (way.asks()) {
            services(at, subject, way);
        }
    }

    private void leaves(Place at, String subject, Way way) {
        for (TopologyLink link : links(TopologyLink.Kind.LEAF)) {
            if (isAt(at, link.other, link.otherAccount)
                    && mayCross(link.deniedDown, subject)
                    && (way.leaf == null || topology.of(link.one) != way.leaf)) {
                walk(new Place(link.one, link.account), subject, Way.of(PeerKind.HUB));
            }
            if (isAt(at, link.one, link.account)
                    && mayCross(link.deniedUp, subject)
                    && way.leadsTo(PeerKind.HUB)) {
                Cluster leaf = topology.of(at.server);
                Way on = new Way(PeerKind.SPOKE, leaf, false, link.isolated);
                walk(new Place(link.other, link.otherAccount), subject, on);
            }
        }
    }

    private static boolean mayCross(List<String> denied, String subject) {
        return denied.stream().noneMatch(each -> NaiveNames.matches(each, subject));
    }

    private static boolean isAt(Place at, int server, String account) {
        return at.server == server && at.account.equals(account);
    }

    /** Who imports a stream has it as well, and so have his leaf nodes and his hub. */
    private void streams(Place at, String subject, Way way) {
        topology.of(at.server)
                .plans()
                .forEach(
                        (importer, plan) -> {
                            for (StreamImport each : plan.streamImports()) {
                                if (each.account().equals(at.account)
                                        && NaiveNames.matches(each.subject(), subject)) {
                                    Place place = new Place(at.server, importer);
                                    String seen = Topology.STREAMS + subject;
                                    copies.add(new Copy(place, seen));
                                    leaves(place, seen, Way.of(way.from));
                                }
                            }
                        });
    }

    /** What is asked for of another account is published there. */
    private void services(Place at, String subject, Way way) {
        AccountOptions plan = topology.of(at.server).plans().get(at.account);
        if (plan == null) {
            return;
        }
        for (ServiceImport each : plan.serviceImports()) {
            if (NaiveNames.matches(each.from(), subject)) {
                String asked = subject.substring(Topology.SERVICES.length());
                walk(
                        new Place(at.server, each.account()),
                        asked,
                        new Way(way.from, null, true, false));
            }
        }
    }

    private List<TopologyLink> links(TopologyLink.Kind kind) {
        return topology.links.stream()
                .filter(each -> each.kind == kind && (everywhere || each.isUp()))
                .toList();
    }
}

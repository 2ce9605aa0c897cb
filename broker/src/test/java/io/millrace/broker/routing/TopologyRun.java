package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.routing.GraphJudge.Arrival;
import io.millrace.broker.routing.GraphMember.Sub;
import io.millrace.broker.routing.NaiveTopology.Audience;
import io.millrace.broker.routing.Topology.Cluster;
import io.millrace.protocol.NativeBlock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** One topology, and what happens to its servers and clients: real routers against the oracle. */
final class TopologyRun implements AutoCloseable {
    private static final int MOST_MEMBERS = 10;
    private static final List<String> TOKENS = List.of("a", "b");
    private static final String NOBODY = "503";

    /** What one step causes can't be more, unless it goes round and round. */
    private static final int MOST_DELIVERIES = 5000;

    /** Whether what servers say to each other is shown as well, as it is of a single run. */
    private static final boolean LOGS_ALL = Long.getLong("millrace.seed") != null;

    /** A way over a link. */
    private record Way(TopologyLink link, int from, int to) {}

    private final long seed;
    private final Random random;
    private final Topology topology;
    private final NaiveTopology naive;
    private final TopologyServer[] servers;
    private final List<Way> ways = new ArrayList<>();
    private final TopologyJudge judge;
    private final List<String> log = new ArrayList<>();

    private int lastId;
    private int lastSid;
    private int lastPayload;

    /**
     * Whether there are queue groups: what one is over several accounts is another simulation's
     * business, and one who may not have a message may be the one that was picked.
     */
    private final boolean hasGroups;

    /** Messages that came from another server, as they should. */
    long crossings;

    TopologyRun(long seed, NativeBlock memory) {
        this.seed = seed;
        random = new Random(seed * 7919);
        topology = new Topology(random);
        hasGroups = !topology.imports && !topology.permissions;
        naive = new NaiveTopology(topology);
        judge = new TopologyJudge(topology.imports);
        servers = new TopologyServer[topology.serverCount()];
        int cached = random.nextInt(3) == 0 ? 0 : 16 << random.nextInt(8);
        for (int i = 0; i < servers.length; i++) {
            servers[i] = new TopologyServer(topology, i, random.nextLong() | 1, cached, memory);
        }
        topology.clusters.forEach(each -> log("%s", each));
    }

    void run() {
        try {
            begin();
            for (int i = 20 + random.nextInt(80); i > 0; i--) {
                step();
            }
            rest();
            for (GraphMember member : List.copyOf(naive.members)) {
                if (random.nextBoolean()) {
                    leave(member);
                }
            }
            rest();
            for (TopologyServer each : servers) {
                each.end();
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "-Dmillrace.seed=%d: %s\n%s"
                            .formatted(seed, e.getMessage(), String.join("\n", log)),
                    e);
        }
    }

    private void begin() {
        boolean late = random.nextBoolean();
        for (int i = late ? 1 + random.nextInt(MOST_MEMBERS) : 0; i > 0; i--) {
            connect();
        }
        for (TopologyLink link : topology.links) {
            open(link);
        }
        rest();
    }

    // --- what happens

    private void step() {
        List<GraphMember> members = naive.members;
        if (members.size() < 3 || members.size() < MOST_MEMBERS && random.nextInt(10) == 0) {
            connect();
            return;
        }
        GraphMember member = any(members);
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4 -> subscribe(member, pattern(), random.nextInt(5));
            case 5, 6 -> unsubscribe(member);
            case 7 -> {
                if (random.nextInt(3) == 0) {
                    leave(member);
                }
            }
            case 8, 9 -> cut();
            case 10 -> mend();
            case 11 -> publish(member, subject(), "", 1 + random.nextInt(3));
            case 12 -> permit();
            case 13 -> reload();
            case 14, 15 -> deliver(random.nextInt(20));
            case 16, 17, 18, 19 -> request(member);
            default -> publishAtRest(member);
        }
    }

    private void connect() {
        boolean headers = random.nextInt(4) > 0;
        int server = random.nextInt(servers.length);
        String account = any(Topology.ACCOUNTS.subList(0, 1 + random.nextInt(3)));
        boolean there = topology.of(server).plans().containsKey(account);
        GraphMember member =
                new GraphMember(
                        ++lastId,
                        server,
                        there ? account : "$G",
                        true,
                        headers,
                        headers && random.nextBoolean(),
                        List.of(),
                        List.of());
        log("connect %s", member);
        naive.members.add(member);
        servers[member.server].clients.connect(member);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            subscribe(member, pattern(), random.nextInt(5));
        }
    }

    private Sub subscribe(GraphMember member, String subject, int group) {
        String queue = group > 1 || !hasGroups ? "" : "q" + group;
        int sid = ++lastSid;
        String command = "SUB " + subject + " " + queue + (queue.isEmpty() ? "" : " ") + sid;
        log("%s: %s", member, command);
        servers[member.server].clients.say(member, command + "\r\n");
        Sub sub = new Sub(member, sid, subject, queue);
        member.subs.put(sid, sub);
        judge.subscribed(sub);
        return sub;
    }

    private void unsubscribe(GraphMember member) {
        if (!member.subs.isEmpty()) {
            unsubscribe(any(List.copyOf(member.subs.values())));
        }
    }

    private void unsubscribe(Sub sub) {
        sub.member.subs.remove(sub.sid);
        log("%s: UNSUB %s", sub.member, sub.sid);
        servers[sub.member.server].clients.say(sub.member, "UNSUB " + sub.sid + "\r\n");
    }

    private void leave(GraphMember member) {
        log("%s leaves", member);
        take();
        naive.members.remove(member);
        servers[member.server].clients.leave(member);
    }

    /** A cluster's accounts are changed, or one is no more, or all are there again. */
    private void reload() {
        rest();
        Cluster cluster = any(topology.clusters);
        if (topology.imports || random.nextBoolean()) {
            topology.change(cluster);
        } else {
            String account = any(Topology.ACCOUNTS.subList(1, 3));
            topology.remove(cluster, account);
            for (GraphMember member : List.copyOf(naive.members)) {
                if (member.account.equals(account) && topology.of(member.server) == cluster) {
                    leave(member);
                }
            }
            for (TopologyLink link : topology.links) {
                if (!topology.isPossible(link)) {
                    finish(link);
                }
            }
        }
        log("reload %s", cluster);
        for (int each : cluster.servers()) {
            servers[each].reload();
            deliver(random.nextInt(10));
        }
        rest();
    }

    /** Both ends of a leaf node's link learn what else may cross it. */
    private void permit() {
        List<TopologyLink> leaves =
                topology.links.stream()
                        .filter(each -> each.kind == TopologyLink.Kind.LEAF && each.isUp())
                        .toList();
        if (topology.permissions && !leaves.isEmpty()) {
            rest();
            TopologyLink link = any(leaves);
            topology.permit(link);
            log("now %s", link);
            servers[link.one].rejoin(link);
            servers[link.other].rejoin(link);
            rest();
        }
    }

    // --- links

    private void open(TopologyLink link) {
        log("%s is up", link);
        link.ends = 2;
        // Both are there before anything is said.
        servers[link.one].open(link);
        servers[link.other].open(link);
        ways.add(new Way(link, link.one, link.other));
        ways.add(new Way(link, link.other, link.one));
    }

    /** A link is gone, which not both ends need to notice at once. */
    private void cut() {
        List<TopologyLink> there = topology.links.stream().filter(TopologyLink::isUp).toList();
        if (there.isEmpty()) {
            return;
        }
        TopologyLink link = any(there);
        List<Integer> all =
                random.nextBoolean()
                        ? List.of(link.one, link.other)
                        : List.of(link.other, link.one);
        log("%s is cut at %s", link, all);
        ways.removeIf(each -> each.link == link);
        for (int server : all) {
            if (servers[server].has(link)) {
                servers[server].close(link);
                link.ends--;
                if (random.nextInt(3) == 0) {
                    return;
                }
            }
        }
    }

    /** What is cut is there again. */
    private void mend() {
        for (TopologyLink link : topology.links) {
            if (!link.isUp() && topology.isPossible(link) && random.nextInt(3) > 0) {
                mend(link);
            }
        }
    }

    private void mend(TopologyLink link) {
        for (int server : new int[] {link.one, link.other}) {
            if (servers[server].has(link)) {
                servers[server].close(link);
            }
        }
        if (link.kind == TopologyLink.Kind.GATEWAY) {
            topology.redial(link);
        }
        open(link);
    }

    // --- messages

    private String subject() {
        String prefix =
                switch (topology.imports ? random.nextInt(5) : 0) {
                    case 1 -> Topology.STREAMS;
                    case 2, 3 -> Topology.SERVICES;
                    default -> "";
                };
        String first = prefix + any(TOKENS);
        return random.nextInt(3) == 0 ? first : first + "." + any(TOKENS);
    }

    private String pattern() {
        return switch (random.nextInt(6)) {
            case 0 -> any(TOKENS) + ".*";
            case 1 -> any(TOKENS) + ".>";
            case 2 -> random.nextBoolean() ? ">" : "*." + any(TOKENS);
            case 3 -> topology.imports ? Topology.STREAMS + ">" : subject();
            default -> subject();
        };
    }

    /** Has somebody publish so many messages at once; returns their payloads. */
    private List<String> publish(GraphMember member, String subject, String reply, int count) {
        StringBuilder commands = new StringBuilder();
        List<String> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String payload = "m" + ++lastPayload;
            payloads.add(payload);
            judge.published(payload, naive.copies(member, subject));
            commands.append(command(member, subject, reply, payload));
        }
        log("%s: %s", member, commands.toString().replace("\r\n", "|"));
        servers[member.server].clients.say(member, commands.toString());
        return payloads;
    }

    private String command(GraphMember member, String subject, String reply, String payload) {
        String to = reply.isEmpty() ? subject : subject + " " + reply;
        if (member.headers && random.nextInt(4) == 0) {
            String header = "NATS/1.0\r\nA: b\r\n\r\n";
            int size = header.length() + payload.length();
            return "HPUB %s %d %d\r\n%s%s\r\n"
                    .formatted(to, header.length(), size, header, payload);
        }
        return "PUB %s %d\r\n%s\r\n".formatted(to, payload.length(), payload);
    }

    /** Once all have heard of everything, all get what they are to. */
    private void publishAtRest(GraphMember member) {
        rest();
        String subject = subject();
        Audience due = naive.audience(member, subject, false);
        Audience may = naive.audience(member, subject, true);
        List<String> payloads = publish(member, subject, "", 1 + random.nextInt(3));
        List<Arrival> got = rest();
        for (String payload : payloads) {
            judge.judge(due, may, payload, got);
        }
        assertThat(got).as("anything else").allMatch(each -> payloads.contains(each.payload()));
    }

    /** Somebody asks as soon as he has subscribed, and those who hear of it answer. */
    private void request(GraphMember member) {
        rest();
        String inboxes = "_INBOX." + member.id + ".";
        String reply = inboxes + (lastPayload + 1);
        Sub inbox = subscribe(member, random.nextBoolean() ? reply : inboxes + "*", 2);
        if (random.nextInt(3) == 0) {
            rest();
        }
        String subject = subject();
        Audience due = naive.audience(member, subject, false);
        Audience may = naive.audience(member, subject, true);
        String question = publish(member, subject, reply, 1).getFirst();
        List<Arrival> asked = new ArrayList<>();
        Set<String> answers = new HashSet<>();
        Set<String> possible = new HashSet<>();
        Map<String, Integer> answered = new HashMap<>();
        boolean going = true;
        while (going) {
            going = deliver(1 + random.nextInt(10));
            for (Arrival each : take()) {
                boolean its = each.sid() == inbox.sid || each.payload().equals(NOBODY);
                answered.merge(its ? each.payload() : "", 1, Integer::sum);
                if (each.payload().equals(question)) {
                    assertThat(each.reply())
                            .matches(said -> said.equals(reply) || said.startsWith("_R_."));
                    asked.add(each);
                    String answer = publish(each.member(), each.reply(), "", 1).getFirst();
                    (isSure(each, subject, member) ? answers : possible).add(answer);
                    going = true;
                }
            }
        }
        judge.judge(due, may, question, asked);
        if (due.isEmpty() && member.noResponders) {
            // Elsewhere there may be somebody who asks another account, or may not have it.
            boolean sure = !topology.imports && !topology.permissions && may.isEmpty();
            (sure ? answers : possible).add(NOBODY);
        }
        answered.remove("");
        answered.remove(question);
        assertThat(answered.keySet()).as("answers to %s", question).containsAll(answers);
        possible.addAll(answers);
        assertThat(possible).as("answers to %s", question).containsAll(answered.keySet());
        if (random.nextBoolean()) {
            unsubscribe(inbox);
        }
    }

    /** Whether an answer arrives: not in another account, nor over links that are cut. */
    private boolean isSure(Arrival question, String subject, GraphMember asker) {
        if (!question.reply().startsWith("_R_.")) {
            return naive.reaches(question.member(), asker);
        }
        boolean imported = question.subject().startsWith(Topology.STREAMS);
        return !topology.isolation
                && imported == subject.startsWith(Topology.STREAMS)
                && topology.links.stream()
                        .allMatch(each -> each.kind != TopologyLink.Kind.GATEWAY || each.isUp());
    }

    // --- what is on its way

    /** All is said and heard; returns what has arrived since. */
    private List<Arrival> rest() {
        deliver(Integer.MAX_VALUE);
        // Where a route is missing, nothing is sure.
        for (TopologyLink link : topology.links) {
            if (link.kind == TopologyLink.Kind.ROUTE && !link.isUp()) {
                mend(link);
            } else if (link.ends == 1) {
                finish(link);
            }
        }
        deliver(Integer.MAX_VALUE);
        return take();
    }

    private void finish(TopologyLink link) {
        ways.removeIf(each -> each.link == link);
        for (TopologyServer each : servers) {
            if (each.has(link)) {
                each.close(link);
            }
        }
        link.ends = 0;
    }

    /**
     * What servers say to each other arrives, of each in order, and who is first is chance.
     *
     * @param most so much of it
     * @return whether there was any
     */
    private boolean deliver(int most) {
        int deliveries = 0;
        boolean some = true;
        while (some && deliveries < most) {
            some = false;
            List<Way> all = new ArrayList<>(ways);
            Collections.shuffle(all, random);
            for (Way way : all) {
                String said = deliveries < most ? servers[way.from].take(way.link) : "";
                if (!said.isEmpty()) {
                    if (LOGS_ALL) {
                        log("%d says to %d: %s", way.from, way.to, said.replace("\r\n", "|"));
                    }
                    servers[way.to].hear(way.link, said);
                    some = true;
                    if (++deliveries > MOST_DELIVERIES) {
                        throw new AssertionError("the servers don't come to rest: " + said);
                    }
                }
            }
            if (most == Integer.MAX_VALUE || random.nextInt(4) == 0) {
                for (TopologyServer each : servers) {
                    some |= each.workOff();
                }
            }
        }
        for (TopologyServer each : servers) {
            assertThat(each.errors()).isEmpty();
        }
        return deliveries > 0;
    }

    /** Takes what has arrived at clients, and looks whether any of it may. */
    private List<Arrival> take() {
        List<Arrival> taken = new ArrayList<>();
        Arrays.stream(servers).forEach(each -> each.clients.take(taken));
        taken.stream().filter(each -> !each.payload().equals(NOBODY)).forEach(judge::came);
        crossings += taken.size();
        return taken;
    }

    private void log(String text, Object... arguments) {
        log.add(text.formatted(arguments));
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @Override
    public void close() {
        Arrays.stream(servers).forEach(TopologyServer::close);
    }
}

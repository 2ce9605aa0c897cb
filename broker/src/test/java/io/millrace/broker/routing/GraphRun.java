package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.routing.GraphJudge.Arrival;
import io.millrace.broker.routing.GraphMember.Sub;
import io.millrace.broker.routing.NaiveTenants.Due;
import io.millrace.broker.routing.NaiveTenants.World;
import io.millrace.protocol.NativeBlock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One graph of accounts, and what its clients do: real servers against the oracle. */
final class GraphRun implements AutoCloseable {
    private static final int MOST_MEMBERS = 8;

    /** Ways in which all can be as it should; with more, it isn't known what comes next. */
    private static final int MOST_WORLDS = 20;

    /** What one step causes can't be more, unless it goes round and round. */
    private static final int MOST_DELIVERIES = 1000;

    private final long seed;
    private final Random random;
    private final AccountGraph graph;
    private final NaiveTenants tenants;
    private final GraphServer[] servers;
    private final List<String> log = new ArrayList<>();
    private List<World> worlds = new ArrayList<>(List.of(new World()));
    private int lastId;
    private int lastSid;
    private int lastPayload;

    /**
     * Whether it is known how many requests wait: not after a reload, as some can't be answered any
     * more, nor where somebody has missed one because of another.
     */
    private boolean countable = true;

    /**
     * Whether the oracle can't say any more what is due. Somebody has missed a message because of
     * another, and there may be a request that waits no more, as nobody was there to get an answer;
     * or too many requests look alike.
     */
    private boolean puzzling;

    /** Messages that came from another account, as they should. */
    long crossings;

    /**
     * Begins one.
     *
     * @param count of servers
     */
    GraphRun(long seed, int count, NativeBlock memory) {
        this.seed = seed;
        random = new Random(seed * 7919 + count);
        graph = new AccountGraph(random);
        tenants = new NaiveTenants(count);
        servers = new GraphServer[count];
        int cached = random.nextInt(3) == 0 ? 0 : 16 << random.nextInt(8);
        for (int i = 0; i < count; i++) {
            servers[i] = new GraphServer(i, random.nextLong() | 1, cached, memory);
        }
        boolean late = random.nextBoolean();
        if (!late) {
            join();
        }
        reload();
        if (late) {
            join();
        }
        deliver();
    }

    private void join() {
        for (int i = 0; i < servers.length; i++) {
            for (int j = 0; j < servers.length; j++) {
                if (i != j) {
                    servers[i].join(j);
                }
            }
        }
    }

    void run() {
        try {
            for (int i = 20 + random.nextInt(60); i > 0 && !puzzling; i--) {
                step();
            }
            for (GraphMember member : List.copyOf(tenants.members)) {
                if (random.nextBoolean()) {
                    leave(member);
                }
            }
            deliver();
            for (GraphServer each : servers) {
                each.end();
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "-Dmillrace.seed="
                            + seed
                            + " with "
                            + servers.length
                            + " servers: "
                            + e.getMessage()
                            + "\n"
                            + String.join("\n", log),
                    e);
        }
    }

    // --- what happens

    private void step() {
        List<GraphMember> members = tenants.members;
        if (members.size() < 2 || members.size() < MOST_MEMBERS && random.nextInt(12) == 0) {
            connect();
            return;
        }
        GraphMember member = any(members);
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4 -> subscribe(member);
            case 5 -> unsubscribe(member);
            case 6 -> unsubscribeAfter(member);
            case 7 -> reload(true);
            case 8 -> {
                if (random.nextInt(3) == 0) {
                    leave(member);
                }
            }
            case 9 -> burst(member);
            case 10, 11, 12, 13 -> request(member);
            case 14, 15, 16, 17, 18 -> answer();
            default -> publish(member, subject(member), "", false);
        }
    }

    private void connect() {
        List<String> names = List.copyOf(graph.accounts.keySet());
        boolean headers = random.nextInt(4) > 0;
        GraphMember member =
                new GraphMember(
                        ++lastId,
                        random.nextInt(servers.length),
                        any(names),
                        random.nextInt(3) > 0,
                        headers,
                        headers && random.nextBoolean(),
                        denied(6),
                        denied(3));
        log(
                "connect %s, echo %s, may not publish %s nor have %s",
                member, member.echo, member.mayNotPublish, member.mayNotSubscribe);
        tenants.members.add(member);
        servers[member.server].connect(member);
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            subscribe(member);
        }
    }

    private List<String> denied(int rarity) {
        List<String> denied = new ArrayList<>();
        for (int i = random.nextInt(rarity) == 0 ? 2 : 0; i > 0; i--) {
            denied.add(graph.pattern());
        }
        // Who may do nothing at all is no help.
        denied.removeIf(each -> each.startsWith(">"));
        return denied;
    }

    private void subscribe(GraphMember member) {
        int what = random.nextInt(10);
        String subject =
                what == 0 ? ">" : what < 3 ? "r." + member.id + ".>" : graph.known(member.account);
        String queue = random.nextInt(3) > 0 || what == 1 ? "" : any(List.of("g", "h"));
        int sid = ++lastSid;
        String command = "SUB " + subject + " " + queue + (queue.isEmpty() ? "" : " ") + sid;
        log("%s: %s", member, command);
        servers[member.server].say(member, command + "\r\n");
        if (member.mayHave(subject)) {
            member.subs.put(sid, new Sub(member, sid, subject, queue));
        }
        deliver();
    }

    private void unsubscribe(GraphMember member) {
        if (!member.subs.isEmpty()) {
            int sid = any(List.copyOf(member.subs.keySet()));
            member.subs.remove(sid);
            log("%s: UNSUB %s", member, sid);
            servers[member.server].say(member, "UNSUB " + sid + "\r\n");
            deliver();
        }
    }

    private void unsubscribeAfter(GraphMember member) {
        if (!member.subs.isEmpty()) {
            Sub sub = any(List.copyOf(member.subs.values()));
            sub.max = sub.delivered + 1 + random.nextInt(3);
            log("%s: UNSUB %s %s", member, sub.sid, sub.max);
            servers[member.server].say(member, "UNSUB " + sub.sid + " " + sub.max + "\r\n");
        }
    }

    private void leave(GraphMember member) {
        log("%s leaves", member);
        tenants.leave(member, worlds);
        servers[member.server].leave(member);
        deliver();
    }

    private void reload() {
        reload(false);
    }

    private void reload(boolean changed) {
        if (changed) {
            graph.change();
            countable = false;
        }
        log("accounts:");
        graph.accounts.values().forEach(each -> log("  %s", each));
        tenants.use(graph.accounts);
        for (GraphServer each : servers) {
            each.reload(graph.plans());
        }
        deliver();
        for (GraphServer each : servers) {
            each.reloadTheSame(graph.plans());
        }
        for (int other = 1; other < servers.length; other++) {
            assertThat(servers[0].takeFor(other)).as("nothing new for other servers").isEmpty();
        }
        // What they wanted still counts elsewhere until they are gone.
        if (servers.length > 1 || random.nextBoolean()) {
            clear();
        }
    }

    private void clear() {
        tenants.clear(worlds);
        for (GraphServer each : servers) {
            each.clear();
        }
        deliver();
    }

    // --- messages

    private String subject(GraphMember member) {
        return random.nextInt(12) == 0
                ? "r." + any(tenants.members).id + ".1"
                : graph.instance(graph.known(member.account));
    }

    private void request(GraphMember member) {
        int number = ++lastPayload;
        String reply = "r." + member.id + "." + number;
        boolean heard =
                member.subs.values().stream()
                        .anyMatch(each -> NaiveNames.matches(each.subject, reply));
        if (!heard && random.nextInt(4) > 0) {
            subscribeTo(member, "r." + member.id + ".>");
        }
        publish(member, subject(member), reply, false);
    }

    private void subscribeTo(GraphMember member, String subject) {
        int sid = ++lastSid;
        log("%s: SUB %s %s", member, subject, sid);
        servers[member.server].say(member, "SUB " + subject + " " + sid + "\r\n");
        if (member.mayHave(subject)) {
            member.subs.put(sid, new Sub(member, sid, subject, ""));
        }
        deliver();
    }

    /** Somebody answers what it was asked last. */
    private void answer() {
        List<GraphMember> asked =
                tenants.members.stream().filter(each -> !each.lastReply.isEmpty()).toList();
        if (asked.isEmpty()) {
            return;
        }
        GraphMember member = any(asked);
        String reply = "";
        if (random.nextInt(5) == 0) {
            reply = "r." + member.id + ".a";
        }
        String subject = member.lastReply;
        GraphMember other = any(asked);
        if (random.nextInt(8) == 0
                && subject.startsWith("_R_.")
                && other.lastReply.startsWith("_R_.")) {
            // By the gate of one account the answer to a request to another.
            subject =
                    subject.substring(0, subject.lastIndexOf('.'))
                            + other.lastReply.substring(other.lastReply.lastIndexOf('.'));
        }
        publish(member, subject, reply, random.nextInt(4) == 0);
    }

    /** Several messages at once. */
    private void burst(GraphMember member) {
        String subject = subject(member);
        StringBuilder commands = new StringBuilder();
        List<String> payloads = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i >= 0; i--) {
            String payload = "m" + ++lastPayload;
            payloads.add(payload);
            commands.append("PUB " + subject + " " + payload.length() + "\r\n" + payload + "\r\n");
        }
        publish(member, subject, "", payloads, commands.toString());
    }

    private void publish(GraphMember member, String subject, String reply, boolean empty) {
        String payload = empty ? "" : "m" + ++lastPayload;
        String header = "NATS/1.0\r\nnats-request-info: {\"acc\":\"?\"}\r\nA: b\r\n\r\n";
        boolean headers = !empty && member.headers && random.nextInt(4) == 0;
        String command =
                headers
                        ? "HPUB %s %s %d %d\r\n%s%s\r\n"
                                .formatted(
                                        subject,
                                        reply,
                                        header.length(),
                                        header.length() + payload.length(),
                                        header,
                                        payload)
                        : "PUB %s %s %d\r\n%s\r\n"
                                .formatted(subject, reply, payload.length(), payload);
        publish(member, subject, reply, List.of(payload), command.replace("  ", " "));
    }

    private void publish(
            GraphMember member,
            String subject,
            String reply,
            List<String> payloads,
            String commands) {
        List<World> possible = new ArrayList<>();
        List<List<Due>> dues = new ArrayList<>();
        try {
            for (World world : worlds) {
                World after = world.copy();
                List<Due> due = new ArrayList<>();
                for (String payload : payloads) {
                    due.addAll(tenants.publish(after, member, subject, reply, payload));
                }
                possible.add(after);
                dues.add(due);
            }
        } catch (NaiveNames.UnforeseeableException e) {
            return;
        }
        log("%s: %s", member, commands.replace("\r\n", "|"));
        servers[member.server].say(member, commands);
        deliver();
        List<Arrival> arrived = take();
        List<World> right = new ArrayList<>();
        boolean cut = false;
        for (int i = 0; i < possible.size(); i++) {
            GraphJudge judge = new GraphJudge(dues.get(i), arrived);
            right.addAll(judge.judge(possible.get(i)));
            cut |= judge.isCut();
        }
        countable &= dues.stream().allMatch(each -> each.size() == arrived.size());
        if (countable) {
            right.removeIf(each -> each.awaitedAnswers() != awaitedAnswers());
        }
        if (cut || right.size() > MOST_WORLDS) {
            puzzling = true;
            return;
        }
        if (right.isEmpty()) {
            throw new AssertionError(
                    "expected %s\nbut got %s\nand there are %d requests without an answer"
                            .formatted(dues, arrived, awaitedAnswers()));
        }
        worlds = right;
        for (Arrival arrival : arrived) {
            note(arrival);
            crossings += arrival.member().account.equals(member.account) ? 0 : 1;
        }
        puzzling |=
                worlds.stream().anyMatch(each -> each.awaitedAnswers() > 0)
                        && dues.stream().anyMatch(each -> hasMissed(each, arrived));
    }

    /** Whether somebody may have missed a message who had got enough by then. */
    private static boolean hasMissed(List<Due> dues, List<Arrival> arrived) {
        return dues.size() > arrived.size()
                && dues.stream()
                        .filter(Due::counts)
                        .anyMatch(each -> each.oneOf().stream().allMatch(g -> g.sub().left() == 0));
    }

    private int awaitedAnswers() {
        return Arrays.stream(servers).mapToInt(GraphServer::awaitedAnswers).sum();
    }

    private void note(Arrival arrival) {
        GraphMember member = arrival.member();
        Sub sub = member.subs.get(arrival.sid());
        if (!arrival.payload().equals("503") && ++sub.delivered == sub.max) {
            member.subs.remove(sub.sid);
        }
        if (!arrival.reply().isEmpty()) {
            member.lastReply = arrival.reply();
        }
    }

    private List<Arrival> take() {
        List<Arrival> arrived = new ArrayList<>();
        for (GraphServer each : servers) {
            each.take(arrived);
        }
        return arrived;
    }

    /** What servers say to each other arrives, of each in order, and who is first is chance. */
    private void deliver() {
        List<int[]> links = new ArrayList<>();
        for (int from = 0; from < servers.length; from++) {
            for (int to = 0; to < servers.length; to++) {
                if (from != to) {
                    links.add(new int[] {from, to});
                }
            }
        }
        int deliveries = 0;
        for (int idle = 0; idle < links.size(); ) {
            if (idle == 0) {
                Collections.shuffle(links, random);
            }
            int[] link = links.get(idle);
            String said = servers[link[0]].takeFor(link[1]);
            idle = said.isEmpty() ? idle + 1 : 0;
            if (!said.isEmpty()) {
                servers[link[1]].hear(link[0], said);
                if (++deliveries > MOST_DELIVERIES) {
                    throw new AssertionError("the servers don't come to rest: " + said);
                }
            }
        }
    }

    private void log(String text, Object... arguments) {
        log.add(arguments.length == 0 ? text : text.formatted(arguments));
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @Override
    public void close() {
        Arrays.stream(servers).forEach(GraphServer::close);
    }
}

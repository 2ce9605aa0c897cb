package io.millrace.broker.routing;

import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.routing.GraphMember.Sub;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Says who must get which message under which subject, in the simplest way: lists are looked
 * through for each message, and subjects are strings. As the reference has it:
 *
 * <ul>
 *   <li>A message gets its mapped subject once, before anything else; a request gets it once more
 *       in each account that it crosses into, and so does an answer.
 *   <li>Whoever imports a stream has it under the name that the import says, and permissions are
 *       about that one. What was imported isn't exported on.
 *   <li>Members of one queue group in the exporting account and in all that import from it are one
 *       group.
 *   <li>What has crossed as a request or an answer isn't exported as a stream; only other servers,
 *       who can't know, do that.
 * </ul>
 *
 * <p>The reply subjects of requests that cross have tokens that servers make up. Here they are
 * placeholders, which begin with {@code #}; what they stand for is learnt from what arrives.
 */
final class NaiveTenants {
    /** One way in which a message can reach somebody. */
    record Got(Sub sub, String subject, String reply, String asker) {}

    /**
     * A message that exactly one of these must get.
     *
     * @param counts whether it counts for a subscription that ends by itself
     * @param certain whether it mustn't be lost
     */
    record Due(String payload, boolean counts, boolean certain, List<Got> oneOf) {}

    /**
     * A queue group that a message is for.
     *
     * @param able members that may have it
     * @param blind likewise, but only if another server gives it back, which doesn't know better
     * @param unable whether there are any that may not
     */
    private record Group(List<Got> able, List<Got> blind, boolean[] unable) {}

    /** A request that waits for its answer. */
    private record Asked(
            String via,
            int viaEpoch,
            int gateEpoch,
            String to,
            int toEpoch,
            String reply,
            ResponseType responses,
            int server,
            @Nullable GraphMember requester) {}

    /** What may be the case: which requests wait, and what their placeholders stand for. */
    static final class World {
        final Map<String, String> actual;
        private final Map<String, String> placeholders;
        private final Map<String, Asked> open;

        World() {
            this(new HashMap<>(), new HashMap<>(), new HashMap<>());
        }

        private World(
                Map<String, String> actual,
                Map<String, String> placeholders,
                Map<String, Asked> open) {
            this.actual = actual;
            this.placeholders = placeholders;
            this.open = open;
        }

        World copy() {
            return new World(
                    new HashMap<>(actual), new HashMap<>(placeholders), new HashMap<>(open));
        }

        /** Whether a subject can be this one; learns what its placeholders stand for. */
        boolean unify(String expected, String found) {
            if (expected.indexOf('#') < 0) {
                return expected.equals(found);
            }
            List<String> wanted = NaiveNames.tokens(expected);
            List<String> tokens = NaiveNames.tokens(found);
            if (wanted.size() != tokens.size()) {
                return false;
            }
            for (int i = 0; i < wanted.size(); i++) {
                String token = tokens.get(i);
                if (!wanted.get(i).startsWith("#")) {
                    if (!wanted.get(i).equals(token)) {
                        return false;
                    }
                    continue;
                }
                String known = actual.putIfAbsent(wanted.get(i), token);
                String other = placeholders.putIfAbsent(token, wanted.get(i));
                if (known != null && !known.equals(token)
                        || other != null && !other.equals(wanted.get(i))) {
                    return false;
                }
            }
            return true;
        }

        /** A subject with placeholders for what servers made up. */
        String generic(String found) {
            List<String> tokens = new ArrayList<>();
            for (String token : NaiveNames.tokens(found)) {
                tokens.add(placeholders.getOrDefault(token, token));
            }
            return String.join(".", tokens);
        }

        /** Requests that wait for their answers. */
        int awaitedAnswers() {
            return open.size();
        }

        boolean isSame(World other) {
            return actual.equals(other.actual) && open.equals(other.open);
        }
    }

    final List<GraphMember> members = new ArrayList<>();

    /** Whose account is gone, while their connections aren't. */
    private final Set<GraphMember> leaving = new HashSet<>();

    private final int servers;
    private Map<String, AccountOptions> accounts = new LinkedHashMap<>();

    /** How often there was an account of that name. */
    private final Map<String, Integer> epochs = new HashMap<>();

    /** Accounts that ask or are asked; how often that has begun. */
    private final Map<String, Integer> gates = new HashMap<>();

    private final Set<String> gated = new HashSet<>();
    private int asked;

    NaiveTenants(int servers) {
        this.servers = servers;
    }

    // --- what there is

    /** From here on there are these accounts. */
    void use(Map<String, AccountOptions> now) {
        for (String name : accounts.keySet()) {
            if (!now.containsKey(name)) {
                members.stream().filter(each -> each.account.equals(name)).forEach(leaving::add);
                members.removeAll(leaving);
                gated.remove(name);
            }
        }
        for (String name : now.keySet()) {
            if (!accounts.containsKey(name)) {
                epochs.merge(name, 1, Integer::sum);
            }
        }
        accounts = new LinkedHashMap<>(now);
        Set<String> asking = new HashSet<>();
        for (AccountOptions each : accounts.values()) {
            for (ServiceImport service : each.serviceImports()) {
                asking.add(each.name());
                asking.add(service.account());
            }
        }
        gated.retainAll(asking);
        for (String name : asking) {
            if (gated.add(name)) {
                gates.merge(name, 1, Integer::sum);
            }
        }
    }

    /** The connections of all whose account is gone are gone, too. */
    void clear(List<World> worlds) {
        leaving.forEach(each -> leave(each, worlds));
        leaving.clear();
    }

    /** A client has gone: what it has asked won't be answered. */
    void leave(GraphMember member, List<World> worlds) {
        members.remove(member);
        for (World world : worlds) {
            world.open.values().removeIf(each -> each.requester == member);
        }
    }

    // --- what is due

    /** What must come of a message. */
    List<Due> publish(
            World world, GraphMember source, String subject, String reply, String payload) {
        List<Due> due = new ArrayList<>();
        AccountOptions account = accounts.get(source.account);
        String generic = world.generic(subject);
        String mapped = NaiveNames.mapped(account.mappings(), generic);
        if (!source.mayPublish(mapped == null ? generic : mapped)) {
            return due;
        }
        boolean delivered =
                mapped != null
                        && new Spreading(world, payload, due)
                                .spread(
                                        source.server,
                                        source,
                                        account,
                                        mapped,
                                        world.generic(reply),
                                        false,
                                        "");
        if (!delivered && source.noResponders && !reply.isEmpty()) {
            List<Got> oneOf = new ArrayList<>();
            for (Sub sub : source.subs.values()) {
                if (sub.queue.isEmpty() && NaiveNames.matches(sub.subject, reply)) {
                    oneOf.add(new Got(sub, reply, "", ""));
                }
            }
            if (!oneOf.isEmpty()) {
                due.add(new Due("503", false, true, oneOf));
            }
        }
        return due;
    }

    /** A message on its way through the accounts. */
    private final class Spreading {
        private final World world;
        private final String payload;
        private final List<Due> due;

        Spreading(World world, String payload, List<Due> due) {
            this.world = world;
            this.payload = payload;
            this.due = due;
        }

        /**
         * Gives it to all in an account, and has it cross.
         *
         * @param source null if it has come from another server
         * @param asker of a request the account of who asks, as the headers say
         * @return whether anybody is to get it, as far as that server knows
         */
        boolean spread(
                int server,
                @Nullable GraphMember source,
                AccountOptions account,
                String subject,
                String reply,
                boolean crossed,
                String asker) {
            boolean delivered = false;
            Map<String, Group> groups = new LinkedHashMap<>();
            for (GraphMember member : members) {
                for (Sub sub : member.subs.values()) {
                    for (String name : names(account, member, subject)) {
                        if (!NaiveNames.matches(sub.subject, name)) {
                            continue;
                        }
                        boolean imported = !member.account.equals(account.name());
                        boolean here = member.server == server;
                        boolean blind =
                                imported && crossed && here || member == source && !source.echo;
                        boolean able = !blind && member.mayHave(name);
                        // Another server is asked whatever comes of it there.
                        delivered |= able || !here;
                        Got got = new Got(sub, name, reply, asker);
                        if (!sub.queue.isEmpty()) {
                            Group group =
                                    groups.computeIfAbsent(
                                            sub.queue,
                                            _ ->
                                                    new Group(
                                                            new ArrayList<>(),
                                                            new ArrayList<>(),
                                                            new boolean[1]));
                            if (able) {
                                group.able.add(got);
                            } else if (member.mayHave(name)) {
                                group.blind.add(got);
                            }
                            group.unable[0] |= !able;
                        } else if (able) {
                            due.add(new Due(payload, true, true, List.of(got)));
                        }
                    }
                }
            }
            groups.values().forEach(this::add);
            for (ServiceImport service : account.serviceImports()) {
                delivered |= ask(server, source, account, service, subject, reply, asker);
            }
            return delivered | answer(server, source, account, subject, reply, asker);
        }

        /**
         * One server picks another for the group without knowing whether its members may have the
         * message; where they may not, it goes on once, and is lost if it is no better there.
         */
        private void add(Group group) {
            boolean certain = servers == 1 || !group.unable[0];
            List<Got> oneOf = new ArrayList<>(group.able);
            if (!certain) {
                oneOf.addAll(group.blind);
            }
            if (!oneOf.isEmpty()) {
                due.add(new Due(payload, true, certain, oneOf));
            }
        }

        /** What a message of an account is to a member, by each way it has there. */
        private List<String> names(AccountOptions account, GraphMember member, String subject) {
            List<String> names = new ArrayList<>();
            if (member.account.equals(account.name())) {
                names.add(subject);
                return names;
            }
            for (StreamImport each : accounts.get(member.account).streamImports()) {
                if (each.account().equals(account.name())) {
                    String name = NaiveNames.renamed(each.subject(), each.to(), subject);
                    if (name != null) {
                        names.add(name);
                    }
                }
            }
            return names;
        }

        private boolean ask(
                int server,
                @Nullable GraphMember source,
                AccountOptions account,
                ServiceImport service,
                String subject,
                String reply,
                String asker) {
            String there = NaiveNames.original(service.subject(), service.from(), subject);
            if (there == null) {
                return false;
            }
            AccountOptions exporter = accounts.get(service.account());
            String placeholder = "";
            String newReply = "";
            if (!reply.isEmpty()) {
                ResponseType responses = export(exporter, service.subject()).responseType();
                placeholder = placeholder();
                newReply = gate(exporter.name(), server) + placeholder;
                open(placeholder, exporter, account, reply, responses, server, source);
            }
            String mapped = NaiveNames.mapped(exporter.mappings(), there);
            boolean delivered =
                    mapped != null
                            && spread(
                                    server,
                                    source,
                                    exporter,
                                    mapped,
                                    newReply,
                                    true,
                                    source == null ? asker : source.account);
            if (!delivered) {
                world.open.remove(placeholder);
            }
            return delivered;
        }

        private boolean answer(
                int server,
                @Nullable GraphMember source,
                AccountOptions account,
                String subject,
                String reply,
                String asker) {
            List<String> tokens = NaiveNames.tokens(subject);
            if (tokens.size() != 3 || !tokens.getFirst().equals("_R_")) {
                return false;
            }
            // The server whose gate it is has to be asked, whatever comes of it there.
            boolean elsewhere = false;
            for (int other = 0; other < servers; other++) {
                elsewhere |=
                        other != server
                                && gated.contains(account.name())
                                && subject.startsWith(gate(account.name(), other));
            }
            Asked request = world.open.get(tokens.get(2));
            if (request == null
                    || !isWaiting(request, account)
                    || !subject.startsWith(gate(account.name(), request.server))) {
                return elsewhere;
            }
            AccountOptions to = accounts.get(request.to);
            boolean local = request.server == server;
            GraphMember from = local ? source : null;
            String newReply = "";
            if (!reply.isEmpty() && gated.contains(to.name())) {
                String placeholder = placeholder();
                newReply = gate(to.name(), request.server) + placeholder;
                open(placeholder, to, account, reply, request.responses, request.server, from);
            }
            String mapped = NaiveNames.mapped(to.mappings(), request.reply);
            boolean delivered =
                    mapped != null
                            && spread(request.server, from, to, mapped, newReply, true, asker);
            // Where it has crossed as a request before, it has headers, which say so.
            boolean empty = payload.isEmpty() && asker.isEmpty();
            if (!delivered || request.responses == ResponseType.SINGLETON || empty) {
                world.open.remove(tokens.get(2));
            }
            return delivered | elsewhere;
        }

        private void open(
                String placeholder,
                AccountOptions via,
                AccountOptions to,
                String reply,
                ResponseType responses,
                int server,
                @Nullable GraphMember requester) {
            world.open.put(
                    placeholder,
                    new Asked(
                            via.name(),
                            epoch(via.name()),
                            gates.get(via.name()),
                            to.name(),
                            epoch(to.name()),
                            reply,
                            responses,
                            server,
                            requester));
        }
    }

    private boolean isWaiting(Asked request, AccountOptions via) {
        return request.via.equals(via.name())
                && request.viaEpoch == epoch(request.via)
                && gated.contains(request.via)
                && request.gateEpoch == gates.get(request.via)
                && accounts.containsKey(request.to)
                && request.toEpoch == epoch(request.to);
    }

    private String placeholder() {
        return "#" + ++asked;
    }

    private String gate(String account, int server) {
        return "_R_.#" + account + "/" + server + "/" + gates.get(account) + ".";
    }

    private int epoch(String account) {
        return epochs.getOrDefault(account, 0);
    }

    private static ServiceExport export(AccountOptions exporter, String subject) {
        ServiceExport wider = null;
        for (ServiceExport each : exporter.serviceExports()) {
            if (each.subject().equals(subject)) {
                return each;
            }
            if (wider == null && NaiveNames.covers(each.subject(), subject)) {
                wider = each;
            }
        }
        return Objects.requireNonNull(wider);
    }
}

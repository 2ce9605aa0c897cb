package io.millrace.broker.routing.interest;

import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.AccountWatcher;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.ImportedService;
import io.millrace.broker.routing.account.ImportedStream;
import io.millrace.broker.routing.account.ReplyGate;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.match.Mappings;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What accounts share: a configuration's exports, imports and mappings as they stand in the
 * accounts and their indexes. A change of configuration touches what is different, nothing else.
 * Routing thread.
 */
public final class Sharing implements AccountWatcher {
    private static final String LETTERS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** Letters of a reply gate: with fewer, two servers might choose the same. */
    private static final int GATE_LETTERS = 10;

    private final Matcher matcher;
    private final Accounts accounts;
    private final RoutedInterest routed;
    private final Resubscribing resubscribing;

    /** Made when the first gate is, which in most servers is never. */
    private @Nullable SecureRandom random;

    private String cluster = "";
    private Consumer<Account> server = _ -> {};

    public Sharing(
            Matcher matcher, Accounts accounts, RoutedInterest routed, Subscribing subscribing) {
        this.matcher = matcher;
        this.accounts = accounts;
        this.routed = routed;
        resubscribing = new Resubscribing(subscribing.imports());
        accounts.watch(this);
    }

    @Override
    public void made(Account account) {}

    /** Nobody asks other accounts by those that are gone; what they export is looked at later. */
    @Override
    public void removed(Set<Account> gone) {
        for (Account account : gone) {
            use(account, new ImportedService[0]);
            close(account);
        }
    }

    /** Somebody has to know of each account that is asked by others, or asks. */
    public void serve(Consumer<Account> whoServes) {
        server = whoServes;
    }

    /** The server is in another cluster from here on, for which there may be mappings. */
    public void inCluster(String name) {
        if (!name.equals(cluster)) {
            cluster = name;
            accounts.all().forEach(account -> map(account, account.plan));
        }
    }

    /**
     * From here on there are these accounts and the global one, and they share this.
     *
     * @param peers whose subscriptions may get other accounts' messages, or don't any more
     * @param leafs whose other sides may want what others export, or don't any more
     */
    public void share(
            Collection<AccountPlan> plans, Collection<Peer> peers, Collection<Leaf> leafs) {
        Map<String, AccountPlan> byName = new HashMap<>();
        plans.forEach(plan -> byName.put(plan.name(), plan));
        accounts.set(byName.keySet());
        Map<Account, AccountPlan> before = new HashMap<>();
        for (Account account : accounts.all()) {
            before.put(account, account.plan);
            AccountPlan plan = byName.get(account.name);
            account.plan = plan == null ? AccountPlan.none(account.name) : plan;
            account.limits = account.plan.options().limits();
            account.traces = account.plan.options().trace();
        }
        Set<Account> asking = new HashSet<>();
        Map<Account, ImportedStream[]> changed = new HashMap<>();
        for (Account account : accounts.all()) {
            if (!before.get(account)
                    .options()
                    .mappings()
                    .equals(account.plan.options().mappings())) {
                map(account, account.plan);
                before.get(account)
                        .mappings()
                        .forEach(gone -> routed.shown(account, gone.source(), -1));
                account.plan.mappings().forEach(made -> routed.shown(account, made.source(), 1));
            }
            use(account, services(account));
            for (ImportedService each : account.services) {
                asking.add(each.importer);
                asking.add(each.exporter);
            }
            ImportedStream[] streams = streams(account);
            if (!Arrays.equals(streams, account.streams)) {
                changed.put(account, account.streams);
                account.streams = streams;
            }
        }
        for (Account account : accounts.all()) {
            if (asking.contains(account)) {
                open(account);
            } else {
                close(account);
            }
        }
        changed.forEach(
                (account, had) -> without(had, account.streams).forEach(gone -> gone.ended = true));
        if (!changed.isEmpty()) {
            peers.forEach(peer -> resubscribe(peer, changed));
            leafs.forEach(leaf -> resubscribe(leaf, changed));
        }
    }

    // --- mappings

    private void map(Account account, AccountPlan plan) {
        boolean none = plan.mappings().isEmpty();
        if (!none || account.index.isMapped()) {
            account.index.map(none ? null : new Mappings(plan.mappings(), cluster));
        }
    }

    // --- streams

    /** What an account imports; what it had already is the same object. */
    private ImportedStream[] streams(Account account) {
        Map<StreamImport, ImportedStream> had = new HashMap<>();
        for (ImportedStream each : account.streams) {
            had.put(each.options, each);
        }
        List<ImportedStream> found = new ArrayList<>();
        List<StreamImport> wanted = account.plan.options().streamImports();
        for (int i = 0; i < wanted.size(); i++) {
            StreamImport each = wanted.get(i);
            Account exporter = accounts.named(each.account());
            if (exporter != null) {
                ImportedStream known = had.get(each);
                found.add(
                        known == null || known.exporter != exporter
                                ? new ImportedStream(
                                        exporter, account, account.plan.streams().get(i), each)
                                : known);
            }
        }
        return found.toArray(ImportedStream[]::new);
    }

    /** Has a peer's subscriptions get what their accounts import now. */
    private void resubscribe(Peer peer, Map<Account, ImportedStream[]> before) {
        if (peer.closing) {
            return;
        }
        if (peer.kind.isSpared()) {
            // It may want something in any of them.
            before.forEach((account, had) -> resubscribe(peer, account, had));
            return;
        }
        Account account = peer.account;
        ImportedStream[] had = account == null ? null : before.get(account);
        if (account != null && had != null) {
            resubscribe(peer, account, had);
        }
    }

    private void resubscribe(Peer peer, Account account, ImportedStream[] had) {
        resubscribing.add(
                peer, account, without(had, account.streams), without(account.streams, had));
    }

    private void resubscribe(Leaf leaf, Map<Account, ImportedStream[]> before) {
        Account account = leaf.peer.account;
        ImportedStream[] had = account == null ? null : before.get(account);
        if (account != null && had != null && !leaf.peer.closing) {
            resubscribing.add(
                    leaf, account, without(had, account.streams), without(account.streams, had));
        }
    }

    /** Does a little of what a reload has left to do. */
    public void step() {
        resubscribing.step();
    }

    /** Whether a reload has left something to do. */
    public boolean isWaiting() {
        return !resubscribing.isEmpty();
    }

    private static List<ImportedStream> without(ImportedStream[] all, ImportedStream[] others) {
        Set<ImportedStream> left = new LinkedHashSet<>(List.of(all));
        List.of(others).forEach(left::remove);
        return List.copyOf(left);
    }

    // --- services

    /** Whom an account may ask; what it could before is the same object. */
    private ImportedService[] services(Account account) {
        Map<ServiceImport, ImportedService> had = new HashMap<>();
        for (ImportedService each : account.services) {
            had.put(each.options, each);
        }
        List<ImportedService> found = new ArrayList<>();
        List<ServiceImport> wanted = account.plan.options().serviceImports();
        for (int i = 0; i < wanted.size(); i++) {
            ServiceImport each = wanted.get(i);
            Account exporter = accounts.named(each.account());
            ServiceExport export = exporter == null ? null : exporter.plan.export(each.subject());
            if (exporter != null && export != null) {
                ImportedService known = had.get(each);
                boolean same =
                        known != null && known.exporter == exporter && known.export.equals(export);
                found.add(
                        same
                                ? known
                                : new ImportedService(
                                        exporter,
                                        account,
                                        account.plan.services().get(i),
                                        each,
                                        export));
            }
        }
        return found.toArray(ImportedService[]::new);
    }

    /** Has an account ask by these services from here on. */
    private void use(Account account, ImportedService[] services) {
        Set<ImportedService> before = Set.of(account.services);
        Set<ImportedService> now = Set.of(services);
        for (ImportedService each : account.services) {
            if (!now.contains(each)) {
                take(account, each);
                routed.shown(account, InterestKey.of(each), -1);
            }
        }
        for (ImportedService each : services) {
            if (!before.contains(each)) {
                put(account, each);
                routed.shown(account, InterestKey.of(each), 1);
            }
        }
        account.services = services;
    }

    /** Has answers to other accounts' requests arrive. */
    private void open(Account account) {
        if (account.gate == null) {
            ReplyGate gate = new ReplyGate(account, letters());
            account.gate = gate;
            put(account, gate);
            server.accept(account);
        }
    }

    private String letters() {
        SecureRandom known = random == null ? new SecureRandom() : random;
        random = known;
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < GATE_LETTERS; i++) {
            letters.append(LETTERS.charAt(known.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }

    private void close(Account account) {
        ReplyGate gate = account.gate;
        if (gate != null) {
            account.gate = null;
            take(account, gate);
            if (gate.told) {
                routed.withdrawn(account, gate);
            }
        }
    }

    private void put(Account account, Interest interest) {
        try (NativeBlock block = NativeBlock.allocate(interest.subject.length)) {
            Region region = block.region();
            region.put(0, interest.subject);
            matcher.add(account.index, region, 0, interest.subject.length, interest);
            account.servicesInterest++;
        }
    }

    private void take(Account account, Interest interest) {
        matcher.remove(account.index, interest);
        account.servicesInterest--;
    }
}

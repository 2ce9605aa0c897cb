package io.millrace.broker.routing;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.protocol.MapDest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Accounts that share this and that, as a configuration could have it; changed at random. */
final class AccountGraph {
    private static final List<String> TOKENS = List.of("a", "b", "ab");
    private static final int MOST = 6;

    private final Random random;

    /** An account asks only those behind it, so nobody asks in a circle. */
    private final List<String> names;

    final Map<String, AccountOptions> accounts = new LinkedHashMap<>();

    AccountGraph(Random random) {
        this.random = random;
        names = new ArrayList<>(List.of("A", "B", "C", "D", "E", "$G"));
        Collections.shuffle(names, random);
        accounts.put("$G", AccountOptions.named("$G"));
        int count = 2 + random.nextInt(MOST - 1);
        for (int i = 0; accounts.size() < count; i++) {
            accounts.putIfAbsent(names.get(i), AccountOptions.named(names.get(i)));
        }
        for (int i = 5 + random.nextInt(30); i > 0; i--) {
            share();
        }
    }

    List<AccountPlan> plans() {
        return accounts.values().stream().map(AccountPlan::of).toList();
    }

    // --- changes

    /** What a reload changes. */
    void change() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    accounts.remove(names.get(random.nextInt(names.size())));
                    accounts.putIfAbsent("$G", AccountOptions.named("$G"));
                }
                case 1 -> {
                    String name = names.get(random.nextInt(names.size()));
                    accounts.putIfAbsent(name, AccountOptions.named(name));
                }
                case 2, 3, 4 -> forget();
                default -> share();
            }
        }
        prune();
    }

    private void share() {
        String name = any(List.copyOf(accounts.keySet()));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> importStream(any(List.copyOf(accounts.keySet())), name);
            case 3, 4, 5 -> importService(any(List.copyOf(accounts.keySet())), name);
            case 6, 7 -> map(name);
            default -> {
                importStream(any(List.copyOf(accounts.keySet())), name);
                importService(any(List.copyOf(accounts.keySet())), name);
            }
        }
    }

    private void importStream(String importer, String exporter) {
        if (importer.equals(exporter)) {
            return;
        }
        Parts to = new Parts(accounts.get(exporter));
        if (to.streamExports.isEmpty() || random.nextInt(3) == 0) {
            String exported = pattern();
            if (to.streamExports.stream().noneMatch(each -> each.subject().equals(exported))) {
                to.streamExports.add(new StreamExport(exported, Access.PUBLIC));
                accounts.put(exporter, to.options());
            }
        }
        String subject = narrowed(any(to.streamExports).subject());
        StreamImport added = new StreamImport(exporter, subject, renamed(subject), false);
        Parts parts = new Parts(accounts.get(importer));
        if (!parts.streamImports.contains(added)) {
            parts.streamImports.add(added);
            accounts.put(importer, parts.options());
        }
    }

    private void importService(String one, String other) {
        if (one.equals(other)) {
            return;
        }
        boolean inOrder = names.indexOf(one) < names.indexOf(other);
        String importer = inOrder ? one : other;
        String exporter = inOrder ? other : one;
        Parts to = new Parts(accounts.get(exporter));
        if (to.serviceExports.isEmpty() || random.nextInt(3) == 0) {
            // Those that the account imports itself make chains.
            String exported =
                    to.serviceImports.isEmpty() || random.nextInt(3) == 0
                            ? pattern()
                            : NaiveNames.filter(any(to.serviceImports).from());
            if (to.serviceExports.stream().noneMatch(each -> each.subject().equals(exported))) {
                to.serviceExports.add(
                        new ServiceExport(
                                exported,
                                Access.PUBLIC,
                                any(List.of(ResponseType.values())),
                                ServiceExport.DEFAULT_THRESHOLD,
                                null,
                                false));
                accounts.put(exporter, to.options());
            }
        }
        String subject = narrowed(any(to.serviceExports).subject());
        String from = renamed(subject);
        Parts parts = new Parts(accounts.get(importer));
        if (parts.serviceImports.stream()
                .noneMatch(
                        each -> NaiveNames.filter(each.from()).equals(NaiveNames.filter(from)))) {
            parts.serviceImports.add(
                    new ServiceImport(exporter, subject, from, random.nextBoolean()));
            accounts.put(importer, parts.options());
        }
    }

    private void map(String name) {
        Parts parts = new Parts(accounts.get(name));
        // Answers have subjects that only servers know; what is made of those isn't foretold.
        String source = any(List.of("a", "b", "ab", "r"));
        if (random.nextInt(4) > 0) {
            source += "." + pattern();
        }
        for (MappingOptions each : parts.mappings) {
            if (each.source().equals(source)) {
                return;
            }
        }
        List<MapDest> to =
                switch (random.nextInt(6)) {
                    case 0 -> List.of(new MapDest(destination(source), 0));
                    case 1 ->
                            source.contains("*") || source.contains(">")
                                    ? List.of()
                                    : List.of(new MapDest(source, 0));
                    case 2 ->
                            List.of(
                                    new MapDest(destination(source), 100),
                                    new MapDest("never" + (source.endsWith(">") ? ".>" : ""), 0));
                    default -> List.of(new MapDest(destination(source), 100));
                };
        parts.mappings.add(new MappingOptions(source, to));
        accounts.put(name, parts.options());
    }

    private String destination(String source) {
        int wildcards = wildcards(source);
        List<String> made = new ArrayList<>(List.of(any(TOKENS)));
        for (int i = 1; i <= wildcards; i++) {
            switch (random.nextInt(7)) {
                case 0 -> made.add("{{wildcard(" + i + ")}}");
                case 1 -> made.add("{{partition(3," + i + ")}}");
                case 2 -> made.add("{{left(" + i + ",1)}}");
                case 3 -> made.add("{{splitfromleft(" + i + ",1)}}");
                case 4 -> made.add(any(TOKENS));
                default -> made.add("$" + i);
            }
        }
        Collections.shuffle(made, random);
        if (source.endsWith(">")) {
            made.add(">");
        }
        return String.join(".", made);
    }

    private void forget() {
        Parts parts = new Parts(any(List.copyOf(accounts.values())));
        List<List<?>> all =
                List.of(
                        parts.streamExports,
                        parts.serviceExports,
                        parts.streamImports,
                        parts.serviceImports,
                        parts.mappings);
        List<?> some = any(all);
        if (!some.isEmpty()) {
            some.remove(random.nextInt(some.size()));
            accounts.put(parts.name, parts.options());
        }
    }

    /** Forgets the imports of what nobody exports any more. */
    private void prune() {
        for (AccountOptions each : List.copyOf(accounts.values())) {
            Parts parts = new Parts(each);
            parts.streamImports.removeIf(
                    wanted ->
                            !accounts.containsKey(wanted.account())
                                    || accounts.get(wanted.account()).streamExports().stream()
                                            .noneMatch(
                                                    export ->
                                                            NaiveNames.covers(
                                                                    export.subject(),
                                                                    wanted.subject())));
            parts.serviceImports.removeIf(
                    wanted ->
                            !accounts.containsKey(wanted.account())
                                    || accounts.get(wanted.account()).serviceExports().stream()
                                            .noneMatch(
                                                    export ->
                                                            NaiveNames.covers(
                                                                    export.subject(),
                                                                    wanted.subject())));
            accounts.put(each.name(), parts.options());
        }
    }

    // --- subjects

    /** A subject that may have wildcards. */
    String pattern() {
        List<String> made = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int what = random.nextInt(10);
            made.add(what < 5 ? any(TOKENS) : i == 0 && what < 7 ? ">" : "*");
        }
        return String.join(".", made);
    }

    /** A subject that a pattern matches. */
    String instance(String pattern) {
        List<String> made = new ArrayList<>();
        for (String token : NaiveNames.tokens(pattern)) {
            if (token.equals(">")) {
                made.add(any(TOKENS) + (random.nextBoolean() ? "" : "." + any(TOKENS)));
            } else {
                made.add(token.equals("*") ? any(TOKENS) : token);
            }
        }
        return String.join(".", made);
    }

    /** A subject, maybe with wildcards, that is of some use in an account. */
    String known(String account) {
        AccountOptions options = accounts.get(account);
        List<String> all = new ArrayList<>(List.of(pattern()));
        if (options != null) {
            options.streamExports().forEach(each -> all.add(each.subject()));
            options.serviceExports().forEach(each -> all.add(each.subject()));
            options.streamImports().forEach(each -> all.add(NaiveNames.filter(each.to())));
            options.serviceImports().forEach(each -> all.add(NaiveNames.filter(each.from())));
            options.mappings().forEach(each -> all.add(each.source()));
        }
        return any(all);
    }

    private String narrowed(String pattern) {
        List<String> made = new ArrayList<>();
        for (String token : NaiveNames.tokens(pattern)) {
            boolean wildcard = token.equals("*") || token.equals(">");
            made.add(wildcard && random.nextInt(4) == 0 ? instance(token) : token);
        }
        return String.join(".", made);
    }

    /** Another name for what a pattern matches. */
    private String renamed(String pattern) {
        int wildcards = wildcards(pattern);
        List<String> made = new ArrayList<>();
        switch (random.nextInt(4)) {
            case 0 -> {
                return pattern;
            }
            case 1 -> {
                return any(TOKENS) + "." + pattern;
            }
            case 2 -> wildcards(made, wildcards, "*");
            default -> wildcards(made, wildcards, "$");
        }
        if (random.nextBoolean() || made.isEmpty()) {
            made.add(any(TOKENS));
        }
        Collections.shuffle(made, random);
        if (pattern.endsWith(">")) {
            made.add(">");
        }
        return String.join(".", made);
    }

    private static void wildcards(List<String> made, int count, String how) {
        for (int i = 1; i <= count; i++) {
            made.add(how.equals("$") ? how + i : how);
        }
    }

    private static int wildcards(String pattern) {
        return Collections.frequency(NaiveNames.tokens(pattern), "*");
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** An account's options, to be changed. */
    private static final class Parts {
        final String name;
        final List<StreamExport> streamExports;
        final List<ServiceExport> serviceExports;
        final List<StreamImport> streamImports;
        final List<ServiceImport> serviceImports;
        final List<MappingOptions> mappings;

        Parts(AccountOptions options) {
            name = options.name();
            streamExports = new ArrayList<>(options.streamExports());
            serviceExports = new ArrayList<>(options.serviceExports());
            streamImports = new ArrayList<>(options.streamImports());
            serviceImports = new ArrayList<>(options.serviceImports());
            mappings = new ArrayList<>(options.mappings());
        }

        AccountOptions options() {
            return new AccountOptions(
                    name,
                    "",
                    List.copyOf(streamExports),
                    List.copyOf(serviceExports),
                    List.copyOf(streamImports),
                    List.copyOf(serviceImports),
                    List.copyOf(mappings),
                    AccountOptions.named(name).limits(),
                    null);
        }
    }
}

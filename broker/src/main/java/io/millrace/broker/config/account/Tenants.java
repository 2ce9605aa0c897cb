package io.millrace.broker.config.account;

import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The accounts of a configuration that is being read. What they share can be judged only when all
 * are known: exports first, then who imports them.
 */
public final class Tenants {
    private final Map<String, AccountDraft> accounts = new LinkedHashMap<>();
    private List<MappingOptions> mappings = List.of();
    private boolean isBroken;

    /** Whether a name may be another account's; if not, that is reported. */
    public boolean add(Position at, String name, Reading in) {
        if (name.equals(AccountOptions.GLOBAL)) {
            in.error(at, Quote.of(name) + " is a Reserved Account");
            return false;
        }
        if (accounts.putIfAbsent(name, AccountDraft.named(name)) != null) {
            in.error(at, "Duplicate Account Entry: " + name);
            return false;
        }
        return true;
    }

    /** What was said in the block of an account that was added. */
    public void put(String name, Settings said) {
        accounts.put(name, AccountKeys.draft(name, said));
    }

    /** Mappings for who isn't in any of the accounts. */
    public void putMappings(List<MappingOptions> more) {
        mappings = AccountKeys.joined(mappings, more);
    }

    /** Something is wrong in itself, so what is wrong with all together would say nothing. */
    public void setBroken() {
        isBroken = true;
    }

    /** All accounts so far, as if they shared nothing. */
    public List<AccountOptions> named() {
        return accounts.values().stream()
                .map(each -> AccountOptions.named(each.name()).withJetStream(each.jetStream()))
                .toList();
    }

    /**
     * All accounts, and the global one if there is anything to say of it. What is wrong with them
     * together is added to the errors, each with the place of the export or import.
     *
     * @param latencies whether there is a system account, without which none are measured
     */
    public List<AccountOptions> concluded(boolean latencies, Reading in) {
        List<AccountOptions> all = new ArrayList<>();
        if (isBroken) {
            all.addAll(named());
        } else {
            share(latencies, all, in);
        }
        if (!mappings.isEmpty()) {
            all.add(AccountOptions.named(AccountOptions.GLOBAL).withMappings(mappings));
        }
        return all;
    }

    private void share(boolean latencies, List<AccountOptions> all, Reading in) {
        int before = in.errors().size();
        Map<String, Exports> exports = new LinkedHashMap<>();
        for (AccountDraft each : accounts.values()) {
            exports.put(each.name(), exports(each, latencies, in));
        }
        Map<String, Imports> imports = new LinkedHashMap<>();
        ImportCycles cycles = new ImportCycles();
        for (AccountDraft each : accounts.values()) {
            Imports own = new Imports(each.name(), exports);
            each.imports().forEach(draft -> own.add(draft, cycles, in));
            imports.put(each.name(), own);
        }
        if (in.errors().size() == before) {
            cycles.check(in);
        }
        for (AccountDraft each : accounts.values()) {
            all.add(concluded(each, exports.get(each.name()), imports.get(each.name())));
        }
    }

    private Exports exports(AccountDraft account, boolean latencies, Reading in) {
        Exports exports = new Exports();
        Set<String> names = accounts.keySet();
        account.exports().forEach(draft -> exports.add(draft, names, latencies, in));
        return exports;
    }

    private static AccountOptions concluded(AccountDraft of, Exports exports, Imports imports) {
        return new AccountOptions(
                of.name(),
                of.nkey(),
                List.copyOf(exports.streams()),
                List.copyOf(exports.services()),
                List.copyOf(imports.streams()),
                List.copyOf(imports.services()),
                List.copyOf(of.mappings()),
                of.limits(),
                of.trace(),
                of.jetStream());
    }
}

package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.broker.routing.peer.Unwanted;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Servers of other clusters that tell what they don't want, as those before 2.9 do until they
 * switch an account: such a one gets everything of an account until it says {@code RS-} of a
 * subject or {@code A-} of the account; {@code RS+} and {@code A+} take that back. It stands in the
 * index as one who wants everything. What is remembered is charged to it, and bounded: of what
 * there is no room for it gets more than it wants. Routing thread.
 *
 * <p>Of queue groups they tell as all do.
 */
final class OptimisticInterest {
    /** What one may have remembered of what it doesn't want, in bytes. */
    private static final int MAX_BYTES = 1024 * 1024;

    private static final int ACCOUNT_BYTES = 320;
    private static final byte[] EVERYTHING = {'>'};
    private static final byte[] NO_QUEUE = {};

    private final Matcher matcher;
    private final InterestMemory memory;
    private final Departures departures;
    private final HeardInterest.Changes changes;
    private final Map<Gateway, Kept> byGateway = new HashMap<>();

    /** What one of them has said of an account. */
    private static final class Said {
        final Unwanted unwanted = new Unwanted();
        boolean nothing;

        /** Whether it is about to tell all that it wants, from here on. */
        boolean switching;

        /** Whether it has told all that it wants, and gets nothing but that. */
        boolean allTold;
    }

    /** What is remembered of one of them. */
    private static final class Kept {
        final Map<Account, RemoteInterest> everything = new HashMap<>();
        final Map<String, Said> said = new HashMap<>();
        int bytes;
    }

    OptimisticInterest(
            Matcher matcher,
            InterestMemory memory,
            Departures departures,
            HeardInterest.Changes changes) {
        this.matcher = matcher;
        this.memory = memory;
        this.departures = departures;
        this.changes = changes;
    }

    // --- who there is

    /** One begins, and gets everything of these accounts. */
    void add(Gateway gateway, Iterable<Account> accounts) {
        Kept kept = new Kept();
        byGateway.put(gateway, kept);
        accounts.forEach(account -> begin(gateway, kept, account));
    }

    /** One has ended. */
    void remove(Gateway gateway) {
        Kept kept = byGateway.remove(gateway);
        if (kept != null) {
            charge(gateway, kept, -kept.bytes);
            departures.add(
                    gateway.peer, List.copyOf(kept.everything.values()).iterator(), this::forget);
        }
    }

    /** There is a new account. */
    void made(Account account) {
        byGateway.forEach((gateway, kept) -> begin(gateway, kept, account));
    }

    /** An account is gone. */
    void removed(Account account) {
        byGateway.values().forEach(kept -> end(kept, account));
    }

    /** Whether a server is one of them. */
    boolean concerns(Gateway gateway) {
        return !byGateway.isEmpty() && byGateway.containsKey(gateway);
    }

    private void begin(Gateway gateway, Kept kept, Account account) {
        Said said = kept.said.get(account.name);
        if (said != null && (said.nothing || said.allTold)
                || kept.everything.containsKey(account)) {
            return;
        }
        RemoteInterest all = new RemoteInterest(gateway.peer, account, EVERYTHING, NO_QUEUE, 1);
        if (!memory.take(gateway.peer, all)) {
            return;
        }
        all.unwanted = said == null ? null : said.unwanted;
        kept.everything.put(account, all);
        try (NativeBlock block = NativeBlock.allocate(EVERYTHING.length)) {
            Region bytes = block.region();
            bytes.put(0, EVERYTHING);
            matcher.add(account.index, bytes, 0, EVERYTHING.length, all);
        }
        changes.came(all, 1);
    }

    private void end(Kept kept, @Nullable Account account) {
        RemoteInterest all = account == null ? null : kept.everything.remove(account);
        if (all != null) {
            forget(all);
        }
    }

    private void forget(RemoteInterest all) {
        memory.giveBack(all.peer, all);
        matcher.remove(all.account.index, all);
        changes.went(all);
    }

    // --- what they say

    /**
     * Something is wanted again.
     *
     * @param here the account; null if there is none of that name
     * @return false if all that is wanted is told
     */
    boolean subscribed(Gateway gateway, String account, @Nullable Account here, byte[] subject) {
        Kept kept = byGateway.get(gateway);
        if (kept == null || tellsAll(kept, account)) {
            return false;
        }
        Said said = kept.said.get(account);
        if (said != null) {
            int before = said.unwanted.bytes();
            said.unwanted.remove(text(subject));
            charge(gateway, kept, said.unwanted.bytes() - before);
            drop(gateway, kept, account, here, said);
            changed(here, subject);
        }
        return true;
    }

    /**
     * Something isn't wanted.
     *
     * @param here the account; null if there is none of that name
     * @return false if all that is wanted is told
     */
    boolean unsubscribed(Gateway gateway, String account, @Nullable Account here, byte[] subject) {
        Kept kept = byGateway.get(gateway);
        if (kept == null || tellsAll(kept, account)) {
            return false;
        }
        String literal = text(subject);
        Said said = said(gateway, kept, account, here, Unwanted.bytesOf(literal));
        if (said != null) {
            int before = said.unwanted.bytes();
            said.unwanted.add(literal);
            charge(gateway, kept, said.unwanted.bytes() - before);
            changed(here, subject);
        }
        return true;
    }

    private static void changed(@Nullable Account account, byte[] subject) {
        if (account != null) {
            account.index.changed(subject);
        }
    }

    private static boolean tellsAll(Kept kept, String account) {
        Said said = kept.said.get(account);
        return said != null && (said.switching || said.allTold);
    }

    /**
     * Nothing of an account is wanted, or something may be.
     *
     * @param here the account; null if there is none of that name
     */
    void account(Gateway gateway, String name, @Nullable Account here, boolean wanted) {
        Kept kept = byGateway.get(gateway);
        if (kept == null || tellsAll(kept, name)) {
            return;
        }
        Said said = wanted ? kept.said.get(name) : said(gateway, kept, name, here, 0);
        if (said != null) {
            charge(gateway, kept, -said.unwanted.bytes());
            said.unwanted.clear();
            said.nothing = !wanted;
            drop(gateway, kept, name, here, said);
            changed(here, EVERYTHING);
        }
        if (!wanted) {
            end(kept, here);
        } else if (here != null) {
            begin(gateway, kept, here);
        }
    }

    /**
     * All that is wanted of an account is about to be told, or has been.
     *
     * @param here the account; null if there is none of that name
     * @param complete whether it has been
     */
    void allTold(Gateway gateway, String name, @Nullable Account here, boolean complete) {
        Kept kept = byGateway.get(gateway);
        if (kept == null) {
            return;
        }
        if (complete) {
            // Of what isn't remembered it gets more than it wants, should there be such an account.
            Said said =
                    here == null ? said(gateway, kept, name, null, 0) : said(gateway, kept, here);
            if (said != null) {
                charge(gateway, kept, -said.unwanted.bytes());
                said.unwanted.clear();
                said.nothing = false;
                said.switching = false;
                said.allTold = true;
            }
            end(kept, here);
        } else if (here != null) {
            Said said = said(gateway, kept, here);
            said.switching = true;
            said.nothing = false;
            begin(gateway, kept, here);
        }
    }

    /** The accounts of which it has told all, by name. */
    Set<String> allTold(Gateway gateway) {
        return names(gateway, true).keySet();
    }

    /** How many subjects of an account it has said that it doesn't want. */
    int unwanted(Gateway gateway, String account) {
        Kept kept = byGateway.get(gateway);
        Said said = kept == null ? null : kept.said.get(account);
        return said == null ? 0 : said.unwanted.count();
    }

    /** The accounts that it has said something of and doesn't tell all of, by name. */
    Map<String, Boolean> accounts(Gateway gateway) {
        return names(gateway, false);
    }

    private Map<String, Boolean> names(Gateway gateway, boolean allTold) {
        Kept kept = byGateway.get(gateway);
        Map<String, Boolean> switching = new HashMap<>();
        if (kept != null) {
            kept.said.forEach(
                    (name, said) -> {
                        if (said.allTold == allTold) {
                            switching.put(name, said.switching);
                        }
                    });
        }
        return switching;
    }

    // --- what is remembered

    /** What was said of an account; null if there is no room for so much more. */
    private @Nullable Said said(
            Gateway gateway, Kept kept, String account, @Nullable Account here, int more) {
        Said known = kept.said.get(account);
        int own = known == null ? accountBytes(account) : 0;
        if (kept.bytes + own + more > MAX_BYTES) {
            return null;
        }
        return known == null ? remember(gateway, kept, account, here) : known;
    }

    /** What was said of an account that is here: of as many there is room, however many. */
    private Said said(Gateway gateway, Kept kept, Account here) {
        Said known = kept.said.get(here.name);
        return known == null ? remember(gateway, kept, here.name, here) : known;
    }

    private static Said remember(
            Gateway gateway, Kept kept, String account, @Nullable Account here) {
        Said added = new Said();
        kept.said.put(account, added);
        charge(gateway, kept, accountBytes(account));
        hold(kept, here, added.unwanted);
        return added;
    }

    private static void hold(Kept kept, @Nullable Account here, @Nullable Unwanted unwanted) {
        RemoteInterest all = here == null ? null : kept.everything.get(here);
        if (all != null) {
            all.unwanted = unwanted;
        }
    }

    private static void drop(
            Gateway gateway, Kept kept, String account, @Nullable Account here, Said said) {
        if (said.unwanted.count() == 0 && !said.nothing && !said.switching && !said.allTold) {
            kept.said.remove(account);
            charge(gateway, kept, -accountBytes(account));
            hold(kept, here, null);
        }
    }

    private static int accountBytes(String account) {
        return ACCOUNT_BYTES + 2 * account.length();
    }

    private static void charge(Gateway gateway, Kept kept, int bytes) {
        kept.bytes += bytes;
        gateway.peer.debtor.charge(Debt.INTEREST, bytes);
    }

    private static String text(byte[] subject) {
        return new String(subject, StandardCharsets.ISO_8859_1);
    }
}

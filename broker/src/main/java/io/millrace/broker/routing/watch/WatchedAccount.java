package io.millrace.broker.routing.watch;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.match.IndexWatcher;
import io.millrace.broker.routing.match.PartedMap;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * The watched subjects of an account: of its name, whether or not there is one of it now. Routing
 * thread.
 *
 * <p>What comes and goes for a literal subject touches that one; a wildcard touches the {@linkplain
 * WatchedBranch branch} of the tokens before it.
 */
final class WatchedAccount implements IndexWatcher {
    private static final String ROOT = "";

    final String name;
    private final Ledger ledger;
    private final PendingLooks looks;
    private final PartedMap<WatchedSubject> subjects = new PartedMap<>();
    private final PartedMap<WatchedBranch> branches = new PartedMap<>();
    private @Nullable Account account;

    WatchedAccount(String name, Ledger ledger, PendingLooks looks) {
        this.name = name;
        this.ledger = ledger;
        this.looks = looks;
    }

    /** The account; null if there is none of its name. */
    @Nullable Account account() {
        return account;
    }

    /** There is another account of its name from here on, or none. */
    void is(@Nullable Account newAccount) {
        if (account != null) {
            account.index.watch(null);
        }
        account = newAccount;
        if (newAccount != null) {
            newAccount.index.watch(this);
        }
        touch(ROOT);
    }

    private void touch(String prefix) {
        WatchedBranch branch = branches.get(prefix);
        if (branch != null) {
            looks.add(branch);
        }
    }

    @Override
    public void changed(byte[] subject) {
        int wildcard = wildcardAt(subject);
        if (wildcard < subject.length) {
            touch(WatchedBranch.prefix(subject, wildcard));
            return;
        }
        WatchedSubject watched = subjects.get(text(subject));
        if (watched != null) {
            looks.add(watched);
        }
    }

    /** Where the first token that is a wildcard begins; the end if none is. */
    private static int wildcardAt(byte[] subject) {
        int end = subject.length;
        int token = 0;
        for (int i = 0; i <= end; i++) {
            if (i == end || subject[i] == Subject.SEPARATOR) {
                if (i - token == 1
                        && (subject[token] == Subject.ANY_TOKEN
                                || subject[token] == Subject.REST)) {
                    return token;
                }
                token = i + 1;
            }
        }
        return end;
    }

    private static String text(byte[] subject) {
        return new String(subject, StandardCharsets.ISO_8859_1);
    }

    // --- who watches

    boolean isEmpty() {
        return subjects.isEmpty();
    }

    /** Somebody watches a subject, a literal. */
    Watch add(Watcher watcher, int number, byte[] subject) {
        String text = text(subject);
        WatchedSubject known = subjects.get(text);
        WatchedSubject watched = known == null ? watched(text, subject) : known;
        Watch watch = new Watch(watcher, number, watched);
        watched.add(watch);
        watcher.peer().debtor.charge(Debt.INTEREST, watched.bytes());
        looks.add(watched);
        return watch;
    }

    private WatchedSubject watched(String text, byte[] subject) {
        int last = text.lastIndexOf(Subject.SEPARATOR) + 1;
        WatchedBranch branch = branch(WatchedBranch.prefix(subject, last));
        WatchedSubject made = new WatchedSubject(this, subject, branch);
        branch.add(made);
        subjects.put(text, made);
        return made;
    }

    private WatchedBranch branch(String prefix) {
        WatchedBranch known = branches.get(prefix);
        if (known != null) {
            return known;
        }
        WatchedBranch parent = prefix.isEmpty() ? null : branch(WatchedBranch.outer(prefix));
        WatchedBranch made = new WatchedBranch(prefix, parent);
        if (parent != null) {
            parent.add(made);
        }
        branches.put(prefix, made);
        ledger.add(Debt.INDEX, made.bytes());
        return made;
    }

    /** A watch ends. */
    void remove(Watch gone) {
        WatchedSubject watched = gone.subject;
        watched.remove(gone);
        gone.watcher.peer().debtor.credit(Debt.INTEREST, watched.bytes());
        if (watched.first() == null) {
            subjects.remove(text(watched.subject));
            watched.branch.remove(watched);
            prune(watched.branch);
        }
    }

    private void prune(WatchedBranch from) {
        WatchedBranch branch = from;
        while (branch != null && branch.isEmpty()) {
            branches.remove(branch.prefix);
            ledger.add(Debt.INDEX, -branch.bytes());
            WatchedBranch parent = branch.parent;
            if (parent != null) {
                parent.remove(branch);
            }
            branch = parent;
        }
    }
}

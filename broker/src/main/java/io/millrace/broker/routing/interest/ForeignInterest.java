package io.millrace.broker.routing.interest;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountWatcher;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayWatcher;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.RemoteInterest;
import io.millrace.protocol.Frame;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Interest that crosses to other clusters and from them: an outbound gateway brings theirs, over an
 * inbound one ours is told. Routing thread.
 */
public final class ForeignInterest implements HeardInterest.Changes, AccountWatcher {
    private final Accounts accounts;
    private final RoutedInterest routed;
    private final HeardInterest heard;
    private final OptimisticInterest optimistic;

    /** Those that bring interest, and those that bring messages. */
    private final List<Gateway> gateways = new ArrayList<>();

    public ForeignInterest(
            Matcher matcher,
            Outbox outbox,
            Counters counters,
            InterestMemory memory,
            Departures departures,
            Accounts accounts,
            RoutedInterest routed) {
        this.accounts = accounts;
        this.routed = routed;
        heard = new HeardInterest(matcher, outbox, counters, memory, departures, this, _ -> true);
        optimistic = new OptimisticInterest(matcher, memory, departures, this);
        accounts.watch(this);
    }

    /** Says by this what all interest in an account begins and ends with. */
    public void watch(GatewayWatcher watcher) {
        routed.beyond().watch(watcher);
    }

    /** Answers may come from other clusters. */
    public void awaitReplies() {
        routed.beyond().awaitGatewayReplies();
    }

    // --- accounts

    @Override
    public void made(Account account) {
        heard.made(account);
        optimistic.made(account);
    }

    @Override
    public void removed(Set<Account> gone) {
        for (Account account : gone) {
            optimistic.removed(account);
            for (Gateway gateway : gateways) {
                heard.removed(gateway, account);
                if (gateway.lastAccount == account) {
                    gateway.lastAccount = null;
                }
            }
        }
    }

    // --- gateways

    /**
     * Another cluster begins to tell its interest.
     *
     * @param all whether it tells all, and gets nothing but that
     */
    public void addOutbound(Gateway gateway, boolean all) {
        gateways.add(gateway);
        if (!all) {
            optimistic.add(gateway, accounts.all());
        }
    }

    /**
     * All interest in an account is about to be told, or has been.
     *
     * @param complete whether it has been
     */
    public void allTold(Gateway gateway, String account, boolean complete) {
        optimistic.allTold(gateway, account, accounts.named(account), complete);
    }

    /** Tells another cluster everything, and what changes from here on. */
    public void addInbound(Gateway gateway) {
        gateways.add(gateway);
        routed.beyond().add(gateway);
    }

    /** A gateway has ended, and with it what was told over it. */
    public void remove(Gateway gateway) {
        routed.beyond().remove(gateway);
        gateways.remove(gateway);
        optimistic.remove(gateway);
        heard.removeAll(gateway);
    }

    // --- theirs

    /** Another cluster has told of interest. */
    public void subscribed(Gateway gateway, Frame frame) {
        Account account = account(gateway, frame);
        if (frame.secondLength() > 0
                || !optimistic.concerns(gateway)
                || !optimistic.subscribed(gateway, name(frame), account, frame.subject())) {
            heard.subscribed(gateway, account, frame);
        }
    }

    /** Another cluster has told that interest is gone. */
    public void unsubscribed(Gateway gateway, Frame frame) {
        Account account = account(gateway, frame);
        if (frame.secondLength() == 0
                && optimistic.concerns(gateway)
                && optimistic.unsubscribed(gateway, name(frame), account, frame.subject())) {
            return;
        }
        if (account == null) {
            heard.unsubscribed(gateway, frame);
        } else {
            heard.unsubscribed(gateway, account, frame);
        }
    }

    /**
     * Another cluster has told that nothing in an account is wanted there, or that something is.
     */
    public void account(Gateway gateway, Frame frame, boolean wanted) {
        optimistic.account(gateway, name(frame), account(gateway, frame), wanted);
    }

    private static String name(Frame frame) {
        return new String(frame.account(), StandardCharsets.UTF_8);
    }

    /**
     * The accounts of which another cluster has said something and doesn't tell all, by name; and
     * whether it is about to tell all.
     */
    public Map<String, Boolean> notAllTold(Gateway gateway) {
        return optimistic.accounts(gateway);
    }

    /** The accounts of which another cluster has said that it has told all, by name. */
    public Set<String> allTold(Gateway gateway) {
        return optimistic.allTold(gateway);
    }

    /** How many subjects of an account another cluster has said that it doesn't want. */
    public int unwanted(Gateway gateway, String account) {
        return optimistic.unwanted(gateway, account);
    }

    /** The names of all accounts. */
    public List<String> accountNames() {
        List<String> names = new ArrayList<>();
        accounts.all().forEach(account -> names.add(account.name));
        return names;
    }

    /** The account a frame is about; null if there is none of that name. */
    public @Nullable Account account(Gateway gateway, Frame frame) {
        if (gateway.lastAccount == null
                || gateway.lastAccountName.length != frame.accountLength()
                || !frame.bytes().equal(frame.accountOffset(), gateway.lastAccountName)) {
            gateway.lastAccountName = frame.account();
            gateway.lastAccount =
                    accounts.named(new String(gateway.lastAccountName, StandardCharsets.UTF_8));
        }
        return gateway.lastAccount;
    }

    @Override
    public void came(RemoteInterest interest, int more) {
        routed.came(interest, more);
    }

    @Override
    public void went(RemoteInterest interest) {
        routed.went(interest);
    }
}

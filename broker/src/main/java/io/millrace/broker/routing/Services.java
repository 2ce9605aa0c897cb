package io.millrace.broker.routing;

import io.millrace.broker.delivery.CommandRecord;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.QueueReader;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountWatcher;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.peer.Defects;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.watch.InterestWatches;
import io.millrace.protocol.Frame;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The services there are, and what they say: read bit by bit behind each batch, so that none can
 * hold up the clients. Routing thread.
 */
public final class Services implements AccountWatcher {
    /** Stands in a sid between the service's number and the account, where it is in every one. */
    private static final char IN_ACCOUNT = '.';

    /** What a service has said is done at once up to so many bytes, or for so long. */
    private static final int STEP_BYTES = 256 * 1024;

    private static final long STEP_NS = 500_000;

    /** The clock is looked at behind so many commands. */
    private static final int TIMED = 16;

    /**
     * As many who get something may take as long as they want: what a client has asked for at a
     * time comes in one piece, also while the JVM is still slow or the machine busy.
     */
    private static final int UNTIMED = 256;

    private final ServerLog log;
    private final Accounts accounts;
    private final Publishing publishing;
    private final Subscribing subscribing;
    private final InterestWatches watches;
    private final Outbox outbox;
    private final Message message;
    private final List<Said> services = new ArrayList<>();
    private final List<Everywhere> everywhere = new ArrayList<>();
    private final Hearing hearing = new Hearing();
    private final FrameBlock frames = new FrameBlock(1);
    private final Frame frame = new Frame();

    /** Who has got something that a service has said, about. */
    private long reached;

    /** A service, and the reader of what it says. */
    private record Said(
            ServicePeer service,
            QueueReader reader,
            CommandRecord.View command,
            NumberedAccounts accounts,
            ServiceWire wire,
            ServiceWatches watches) {}

    /** A subscription in each account. */
    private record Everywhere(Peer peer, byte[] subject, int sid) {}

    Services(
            ServerLog log,
            Accounts accounts,
            Publishing publishing,
            Subscribing subscribing,
            InterestWatches watches,
            Outbox outbox,
            Message message) {
        this.log = log;
        this.accounts = accounts;
        this.publishing = publishing;
        this.subscribing = subscribing;
        this.watches = watches;
        this.outbox = outbox;
        this.message = message;
        accounts.watch(this);
    }

    /** A service begins. */
    public void onOpen(ServicePeer service) {
        ServiceWire wire = new ServiceWire(service, hearing);
        service.peer.wire = wire;
        QueueReader reader = new QueueReader(service.said());
        services.add(
                new Said(
                        service,
                        reader,
                        new CommandRecord.View(reader),
                        new NumberedAccounts(accounts),
                        wire,
                        new ServiceWatches(service, watches, outbox)));
    }

    /** Its thread has ended: what it has said until then still counts. */
    public void onClosed(ServicePeer service) {
        for (Said said : List.copyOf(services)) {
            if (said.service == service) {
                while (poll(said)) {
                    // all of it
                }
                look();
                service.peer.gone = true;
                service.peer.closing = true;
                everywhere.removeIf(each -> each.peer == service.peer);
                said.watches.close();
                subscribing.removeAll(service.peer);
                service.peer.stopAwaiting();
                // Not by equals, whose first call takes the JVM milliseconds.
                services.removeIf(each -> each == said);
                service.release();
            }
        }
    }

    /** What was appended for services is about to be theirs. */
    void beforeFlush() {
        try {
            watches.hurry();
        } catch (OutOfMemoryError e) {
            log.error("Services are told of interest later: " + e);
        }
        look();
    }

    private void look() {
        try {
            hearing.look();
        } catch (RuntimeException | Error e) {
            // The others count as heard.
            log.error("Looking for who hears failed: " + Defects.trace(e));
        }
    }

    /** What the services are to the router. */
    Stream<Peer> peers() {
        return services.stream().map(each -> each.service.peer);
    }

    /** Whether a service has said something that isn't done yet. */
    boolean isWaiting() {
        for (int i = 0; i < services.size(); i++) {
            if (services.get(i).reader.isWaiting()) {
                return true;
            }
        }
        return false;
    }

    /** Does all of what they have said so far. */
    public void catchUp() {
        while (isWaiting()) {
            step();
        }
    }

    /** Does a little of what they said. */
    void step() {
        for (int i = 0; i < services.size(); i++) {
            poll(services.get(i));
        }
    }

    /** Does some of what a service said; whether it was as much as is done at once. */
    private boolean poll(Said said) {
        QueueReader reader = said.reader;
        int done = 0;
        int left = STEP_BYTES;
        long startNs = 0;
        long reachedBefore = reached;
        while (left > 0) {
            try {
                if (!reader.next()) {
                    break;
                }
                left -= reader.length();
                command(said);
            } catch (RuntimeException | Error e) {
                log.error(said.service.peer.label + " - Routing failed: " + Defects.trace(e));
            }
            done++;
            if (done % TIMED == 0) {
                long nowNs = System.nanoTime();
                startNs = startNs == 0 ? nowNs : startNs;
                if (nowNs - startNs > STEP_NS
                        && Math.max(done, reached - reachedBefore) >= UNTIMED) {
                    left = 0;
                }
            }
        }
        if (done > 0) {
            reader.taken();
        }
        return left <= 0;
    }

    private void command(Said said) {
        Peer peer = said.service.peer;
        CommandRecord.View command = said.command;
        int number = command.number();
        switch (command.kind()) {
            case CommandRecord.PUBLISH, CommandRecord.DELIVER -> {
                Account account =
                        number == CommandRecord.NAMED
                                ? accounts.named(command.name())
                                : said.accounts.of(number);
                if (account != null) {
                    publish(peer, account, command);
                }
            }
            case CommandRecord.SUBSCRIBE,
                    CommandRecord.SUBSCRIBE_HERE,
                    CommandRecord.SUBSCRIBE_TO_REQUESTS -> {
                said.wire.markUnheard(
                        number, command.kind() == CommandRecord.SUBSCRIBE_TO_REQUESTS);
                subscribe(
                        peer,
                        command.name(),
                        command.subject(),
                        number,
                        command.kind() != CommandRecord.SUBSCRIBE_HERE);
            }
            case CommandRecord.UNSUBSCRIBE -> {
                said.wire.markUnheard(number, false);
                unsubscribe(peer, number);
            }
            case CommandRecord.WATCH ->
                    said.watches.begin(
                            command.watch(), said.accounts.name(number), command.subject());
            case CommandRecord.UNWATCH -> said.watches.end(number);
            case CommandRecord.ACCOUNT -> said.accounts.number(number, command.name());
            default -> throw new IllegalStateException("no command of a service");
        }
    }

    private void publish(Peer peer, Account account, CommandRecord.View command) {
        command.message(frames);
        frame.moveTo(frames);
        frame.moveTo(0);
        message.from(peer.id);
        message.of(frame);
        if (command.kind() == CommandRecord.DELIVER) {
            command.route(message);
        }
        MatchResult match = publishing.match(account, message);
        // How many get it in another account isn't known.
        reached += match.receivers() + (match.staysInAccount() ? 0 : TIMED);
        publishing.distribute(peer, account, match, message);
    }

    private void subscribe(Peer peer, String name, byte[] subject, int sid, boolean told) {
        if (name.isEmpty()) {
            everywhere(peer, subject, sid);
            return;
        }
        Account account = accounts.named(name);
        if (account != null) {
            byte[] text = String.valueOf(sid).getBytes(StandardCharsets.US_ASCII);
            add(peer, account, subject, text, sid, told);
        }
    }

    private void everywhere(Peer peer, byte[] subject, int sid) {
        Everywhere added = new Everywhere(peer, subject, sid);
        everywhere.add(added);
        for (Account account : accounts.all()) {
            if (account.served) {
                subscribe(added, account);
            }
        }
    }

    @Override
    public void made(Account account) {
        // Nobody is in it who could ask.
    }

    /**
     * An account has a client or a leaf node, or shares what it has with others: who is in it may
     * ask services from here on.
     */
    void serve(Account account) {
        if (!account.served) {
            account.served = true;
            for (Everywhere each : everywhere) {
                subscribe(each, account);
            }
        }
    }

    @Override
    public void removed(Set<Account> gone) {
        for (Said said : services) {
            said.accounts.removed(gone);
            List<Subscription> left = new ArrayList<>();
            for (Subscription each : said.service.peer.subscriptions.list()) {
                if (gone.contains(each.account)) {
                    left.add(each);
                }
            }
            subscribing.removeAll(said.service.peer, left);
        }
    }

    private void subscribe(Everywhere wanted, Account account) {
        byte[] here = inAccount(wanted.sid, account).getBytes(StandardCharsets.US_ASCII);
        // Each server answers its own clients.
        add(wanted.peer, account, wanted.subject, here, -wanted.sid, false);
    }

    private static String inAccount(int sid, Account account) {
        return sid + (IN_ACCOUNT + String.valueOf(account.id));
    }

    private void add(
            Peer peer, Account account, byte[] subject, byte[] sid, int number, boolean told) {
        try (NativeBlock memory = NativeBlock.allocate(subject.length)) {
            Region bytes = memory.region();
            bytes.put(0, subject);
            subscribing.add(peer, account, bytes, subject, sid, number, told);
        }
    }

    private void unsubscribe(Peer peer, int sid) {
        remove(peer.subscriptions.get(String.valueOf(sid)));
        if (everywhere.removeIf(each -> each.peer == peer && each.sid == sid)) {
            for (Account account : accounts.all()) {
                remove(peer.subscriptions.get(inAccount(sid, account)));
            }
        }
    }

    private void remove(@Nullable Subscription ended) {
        if (ended != null) {
            subscribing.remove(ended);
        }
    }

    /** Frees what it allocated; every service has ended. */
    void close() {
        frames.free();
        hearing.close();
    }
}

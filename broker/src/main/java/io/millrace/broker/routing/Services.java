package io.millrace.broker.routing;

import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.QueueReader;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountWatcher;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.peer.Defects;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.Frame;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Op;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The services there are, and what they say: read bit by bit behind each batch, so that none can
 * hold up the clients. Routing thread.
 */
public final class Services implements AccountWatcher {
    /** Stands in a sid between the service's number and the account, where it is in every one. */
    static final byte IN_ACCOUNT = '.';

    /**
     * Stands in the place of a queue group, which no service has, where other servers aren't told.
     */
    private static final byte[] HERE = {'-'};

    /** Commands of a service that are done at once. */
    private static final int STEP = 64;

    private static final int MAX_LINE_BYTES = 32 * 1024;

    private final ServerLog log;
    private final Accounts accounts;
    private final Publishing publishing;
    private final Subscribing subscribing;
    private final Message message;
    private final List<Said> services = new ArrayList<>();
    private final List<Everywhere> everywhere = new ArrayList<>();
    private final CommandParser parser = new CommandParser(MAX_LINE_BYTES, Integer.MAX_VALUE);
    private final FrameBlock frames = new FrameBlock(1);
    private final Frame frame = new Frame();

    /** A service, and the reader of what it says. */
    private record Said(ServicePeer service, QueueReader reader, ServiceWire wire) {}

    /** A subscription in each account. */
    private record Everywhere(Peer peer, byte[] subject, byte[] sid) {}

    Services(
            ServerLog log,
            Accounts accounts,
            Publishing publishing,
            Subscribing subscribing,
            Message message) {
        this.log = log;
        this.accounts = accounts;
        this.publishing = publishing;
        this.subscribing = subscribing;
        this.message = message;
        parser.headers(true);
        accounts.watch(this);
    }

    /** A service begins. */
    public void onOpen(ServicePeer service) {
        ServiceWire wire = new ServiceWire(service.peer);
        service.peer.wire = wire;
        services.add(new Said(service, new QueueReader(service.said()), wire));
    }

    /** Its thread has ended: what it has said until then still counts. */
    public void onClosed(ServicePeer service) {
        for (Said said : List.copyOf(services)) {
            if (said.service == service) {
                while (poll(said)) {
                    // all of it
                }
                service.peer.gone = true;
                service.peer.closing = true;
                everywhere.removeIf(each -> each.peer == service.peer);
                subscribing.removeAll(service.peer);
                service.peer.stopAwaiting();
                said.reader.close();
                said.wire.close();
                // Not by equals, whose first call takes the JVM milliseconds.
                services.removeIf(each -> each == said);
                service.release();
            }
        }
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

    /** Does a little of what they said. */
    void step() {
        for (int i = 0; i < services.size(); i++) {
            poll(services.get(i));
        }
    }

    /** Does some of what a service said; whether it was as much as is done at once. */
    private boolean poll(Said said) {
        int done = 0;
        for (; done < STEP; done++) {
            try {
                if (!said.reader.next()) {
                    break;
                }
                command(said.service.peer, said.reader);
            } catch (RuntimeException | Error e) {
                log.error(said.service.peer.label + " - Routing failed: " + Defects.trace(e));
            }
        }
        if (done > 0) {
            said.reader.taken();
        }
        return done == STEP;
    }

    private void command(Peer peer, QueueReader said) {
        Region bytes = said.bytes();
        int nameLength = bytes.getInt(said.offset());
        int name = said.offset() + Integer.BYTES;
        int command = name + nameLength;
        frames.reset(bytes);
        // What wasn't whole, or wasn't right, is no beginning of what others say.
        parser.restart();
        parser.parse(bytes, command, said.offset() + said.length(), frames);
        frame.moveTo(frames);
        frame.moveTo(0);
        if (frame.op() == Op.UNSUB) {
            unsubscribe(peer, frame.tail());
            return;
        }
        if (nameLength == 0) {
            everywhere(peer);
            return;
        }
        Account account =
                accounts.named(new String(bytes.bytes(name, nameLength), StandardCharsets.UTF_8));
        if (account != null) {
            command(peer, account);
        }
    }

    private void command(Peer peer, Account account) {
        switch (frame.op()) {
            case Op.PUB, Op.HPUB -> {
                message.from(peer.id);
                message.of(frame);
                MatchResult match = publishing.match(account, message);
                publishing.distribute(peer, account, match, message);
            }
            case Op.SUB -> {
                boolean told = !Arrays.equals(frame.second(), HERE);
                add(peer, account, frame.subject(), frame.tail(), told);
            }
            default -> throw new IllegalStateException("no command of a service");
        }
    }

    private void everywhere(Peer peer) {
        if (frame.op() != Op.SUB) {
            throw new IllegalStateException("no command for every account");
        }
        Everywhere added = new Everywhere(peer, frame.subject(), frame.tail());
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

    /** An account has a client: who is in it may ask services from here on. */
    void onInhabited(Account account) {
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
        String sid = new String(wanted.sid, StandardCharsets.US_ASCII);
        byte[] here = (sid + (char) IN_ACCOUNT + account.id).getBytes(StandardCharsets.US_ASCII);
        // Each server answers its own clients.
        add(wanted.peer, account, wanted.subject, here, false);
    }

    private void add(Peer peer, Account account, byte[] subject, byte[] sid, boolean told) {
        try (NativeBlock memory = NativeBlock.allocate(subject.length)) {
            Region bytes = memory.region();
            bytes.put(0, subject);
            subscribing.add(peer, account, bytes, subject, sid, told);
        }
    }

    private void unsubscribe(Peer peer, byte[] sid) {
        everywhere.removeIf(each -> each.peer == peer && Arrays.equals(each.sid, sid));
        String number = new String(sid, StandardCharsets.US_ASCII);
        for (Subscription each : peer.subscriptions.list()) {
            String its = new String(each.sid.sid(), StandardCharsets.US_ASCII);
            if (its.equals(number) || its.startsWith(number + (char) IN_ACCOUNT)) {
                subscribing.remove(each);
            }
        }
    }

    /** Frees what it allocated; every service has ended. */
    void close() {
        frames.free();
        services.forEach(said -> said.wire.close());
    }
}

package io.millrace.broker.routing.interest;

import io.millrace.broker.delivery.SidText;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.ReservedQueues;
import io.millrace.broker.routing.match.Matcher;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Counters;
import io.millrace.broker.routing.peer.Departures;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Tracer;
import io.millrace.protocol.Frame;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Subscriptions as they come and go. Routing thread. */
public final class Subscribing {
    private static final byte[] NO_QUEUE = {};

    private final ServerLog log;
    private final Tracer tracer;
    private final Matcher matcher;
    private final Outbox outbox;
    private final Counters counters;
    private final RoutedInterest routed;
    private final InterestMemory memory;
    private final StreamImports imports;
    private final Departures departures;
    private final List<Subscription> exhausted = new ArrayList<>();
    private RouterLimits limits;

    public Subscribing(
            RouterLimits limits,
            ServerLog log,
            Tracer tracer,
            Matcher matcher,
            Outbox outbox,
            Counters counters,
            RoutedInterest routed,
            InterestMemory memory,
            Departures departures) {
        this.limits = limits;
        this.log = log;
        this.tracer = tracer;
        this.matcher = matcher;
        this.outbox = outbox;
        this.counters = counters;
        this.routed = routed;
        this.memory = memory;
        imports = new StreamImports(matcher, outbox, counters, routed, memory);
        this.departures = departures;
    }

    public void use(RouterLimits newLimits) {
        limits = newLimits;
    }

    /** Does a SUB; one whose sid is in use changes nothing. */
    public void subscribe(Peer peer, Account account, Frame frame) {
        Region bytes = frame.bytes();
        int subject = frame.subjectOffset();
        int subjectLength = frame.subjectLength();
        byte[] subjectBytes = frame.subject();
        byte[] queue = frame.second();
        byte[] sidBytes = frame.tail();
        Permissions permissions = peer.permissions;
        if (permissions != null && !permissions.maySubscribe(subjectBytes, queue)
                || ReservedQueues.contains(queue)) {
            refuseSubscription(peer, subjectBytes, queue, sidBytes);
            return;
        }
        if (!Subject.isValid(bytes, subject, subjectLength)) {
            outbox.refuse(peer, ProtocolError.INVALID_SUBJECT.text());
            return;
        }
        if (limits.maxSubscriptionTokens() > 0
                && Subject.tokens(bytes, subject, subjectLength) > limits.maxSubscriptionTokens()) {
            outbox.error(
                    peer,
                    "Subscription Violation Too Many Tokens - Subject \""
                            + Tracer.text(subjectBytes)
                            + "\", SID "
                            + Tracer.text(sidBytes));
            outbox.refuse(peer, ProtocolError.tooManyTokens(Tracer.text(subjectBytes)));
            return;
        }
        if (!maySubscribeToMore(peer, account)) {
            if (account.isRefusalLogged(System.nanoTime())) {
                outbox.error(peer, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
            }
            outbox.refuse(peer, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
            return;
        }
        String sid = key(sidBytes);
        if (!peer.subscriptions.containsKey(sid)) {
            Subscription subscription =
                    new Subscription(peer, account, subjectBytes, queue, new SidText(sidBytes));
            if (!memory.take(peer, subscription)) {
                outbox.error(peer, "no memory is left for more subscriptions");
                outbox.refuse(peer, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
                return;
            }
            subscription.filter =
                    permissions == null ? null : permissions.filter(subjectBytes, queue);
            peer.subscriptions.put(sid, subscription);
            counters.inserts++;
            account.inserts++;
            matcher.add(account.index, bytes, subject, subjectLength, subscription);
            routed.announced(account, subscription);
            if (account.streams.length > 0) {
                imports.add(subscription);
            }
        }
        if (peer.verbose) {
            outbox.ok(peer);
        }
    }

    /** The bound of the account is for each of its clients, as in the reference. */
    private boolean maySubscribeToMore(Peer peer, Account account) {
        int wanted = peer.subscriptions.size() + 1;
        return (limits.maxSubscriptions() <= 0 || wanted <= limits.maxSubscriptions())
                && account.limits.allowSubscriptions(wanted);
    }

    private void refuseSubscription(Peer peer, byte[] subject, byte[] queue, byte[] sid) {
        String shown = Quoted.text(subject);
        String shownQueue = Quoted.text(queue);
        outbox.refuse(peer, ProtocolError.subscriptionViolation(shown, shownQueue));
        outbox.error(
                peer,
                "Subscription Violation - Subject \""
                        + shown
                        + (queue.length == 0 ? "\"" : "\", Queue: \"" + shownQueue + '"')
                        + ", SID "
                        + Tracer.text(sid));
    }

    /** Does an UNSUB: at once, or after so many messages. */
    public void unsubscribe(Peer peer, Frame frame) {
        String sid = key(frame.tail());
        if (peer.verbose) {
            outbox.ok(peer);
        }
        Subscription subscription = peer.subscriptions.get(sid);
        if (subscription == null) {
            return;
        }
        int max = frame.maxMessages();
        if (max > subscription.delivered) {
            subscription.max = max;
        } else {
            remove(subscription);
        }
    }

    private static String key(byte[] sid) {
        return new String(sid, StandardCharsets.ISO_8859_1);
    }

    /**
     * Subscribes a service, which has no bounds but those of memory. Where other servers are told,
     * it gets what the account imports, too, like a client.
     *
     * @param bytes where its subject stands, valid
     * @param number see {@link Subscription#serviceSid}
     * @param told whether other servers are told
     * @return false if there is no memory for it
     */
    public boolean add(
            Peer service,
            Account account,
            Region bytes,
            byte[] subject,
            byte[] sid,
            int number,
            boolean told) {
        Subscription subscription =
                new Subscription(service, account, subject, NO_QUEUE, new SidText(sid));
        subscription.told = told;
        subscription.serviceSid = number;
        if (!memory.take(service, subscription)) {
            outbox.error(service, "no memory is left for more subscriptions");
            return false;
        }
        service.subscriptions.put(key(sid), subscription);
        account.servicesInterest++;
        matcher.add(account.index, bytes, 0, subject.length, subscription);
        if (told) {
            routed.announced(account, subscription);
            if (account.streams.length > 0) {
                imports.add(subscription);
            }
        }
        return true;
    }

    /** Ends a subscription. */
    public void remove(Subscription subscription) {
        if (tracer.isOn()) {
            tracer.unsubscribed(subscription);
        }
        subscription.peer.subscriptions.remove(key(subscription.sid.sid()));
        takeFromIndex(subscription);
    }

    /** Ends all subscriptions of a client: none gets anything any more. */
    public void removeAll(Peer peer) {
        List<Subscription> all = peer.subscriptions.list();
        peer.subscriptions.clear();
        for (Subscription subscription : all) {
            subscription.close();
            if (tracer.isOn()) {
                tracer.unsubscribed(subscription);
            }
        }
        departures.add(peer, all.iterator(), this::takeFromIndex);
    }

    /** Ends some subscriptions of a service, as bit by bit as if all ended. */
    public void removeAll(Peer service, List<Subscription> some) {
        for (Subscription each : some) {
            each.close();
            service.subscriptions.remove(key(each.sid.sid()));
        }
        departures.add(service, some.iterator(), this::takeFromIndex);
    }

    /**
     * A subscription got its last message, while that was being spread: it gets it no second time,
     * through an import or another one, and ends behind that.
     */
    public void exhausted(Subscription subscription) {
        subscription.close();
        exhausted.add(subscription);
    }

    /** A message is spread: subscriptions may come and go again. */
    public void removeExhausted() {
        while (!exhausted.isEmpty()) {
            Subscription each = exhausted.removeLast();
            // Its client may have ended with that message, and it with its client.
            if (each.peer.subscriptions.get(key(each.sid.sid())) == each) {
                remove(each);
            }
        }
    }

    private void takeFromIndex(Subscription subscription) {
        subscription.close();
        if (subscription.hasCopies()) {
            imports.remove(subscription);
        }
        memory.giveBack(subscription.peer, subscription);
        if (subscription.peer.kind.isCounted()) {
            counters.removes++;
            subscription.account.removes++;
        } else {
            subscription.account.servicesInterest--;
        }
        matcher.remove(subscription.account.index, subscription);
        if (subscription.told) {
            routed.withdrawn(subscription.account, subscription);
        }
    }

    /** What clients import. */
    StreamImports imports() {
        return imports;
    }

    /** What a client may do has changed: its subscriptions that aren't allowed any more end. */
    public void review(Client client) {
        Peer peer = client.peer;
        Permissions permissions = peer.permissions;
        for (Subscription each : peer.subscriptions.list()) {
            if (permissions == null) {
                each.filter = null;
            } else if (permissions.maySubscribe(each.subject, each.queue)) {
                each.filter = permissions.filter(each.subject, each.queue);
            } else {
                String subject = Quoted.text(each.subject);
                String sid = Quoted.text(each.sid.sid());
                outbox.refuse(
                        peer,
                        ProtocolError.subscriptionViolation(subject, Quoted.text(each.queue))
                                + " (sid \""
                                + sid
                                + "\")");
                log.info(
                        "Removed sub \""
                                + subject
                                + "\" (sid \""
                                + sid
                                + "\") for "
                                + client.identity.claim()
                                + " - not authorized");
                remove(each);
            }
        }
    }
}

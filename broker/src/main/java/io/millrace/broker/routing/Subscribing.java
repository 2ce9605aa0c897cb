package io.millrace.broker.routing;

import io.millrace.broker.delivery.SidText;
import io.millrace.broker.log.Quoted;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.Frame;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Subscriptions as they come and go. Routing thread. */
final class Subscribing {
    private final ServerLog log;
    private final Tracer tracer;
    private final Matcher matcher;
    private final Outbox outbox;
    private final Counters counters;
    private final RoutedInterest routed;
    private final InterestMemory memory;
    private final Departures departures;
    private final List<Subscription> exhausted = new ArrayList<>();
    private RouterLimits limits;

    Subscribing(
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
        this.departures = departures;
    }

    void use(RouterLimits newLimits) {
        limits = newLimits;
    }

    /** Does a SUB; one whose sid is in use changes nothing. */
    void subscribe(Client client, Frame frame) {
        Region bytes = frame.bytes();
        int subject = frame.subjectOffset();
        int subjectLength = frame.subjectLength();
        byte[] subjectBytes = frame.subject();
        byte[] queue = frame.second();
        byte[] sidBytes = frame.tail();
        Permissions permissions = client.permissions;
        if (permissions != null && !permissions.maySubscribe(subjectBytes, queue)
                || ReservedQueues.contains(queue)) {
            refuseSubscription(client, subjectBytes, queue, sidBytes);
            return;
        }
        if (!Subject.isValid(bytes, subject, subjectLength)) {
            outbox.refuse(client, ProtocolError.INVALID_SUBJECT.text());
            return;
        }
        if (limits.maxSubscriptionTokens() > 0
                && Subject.tokens(bytes, subject, subjectLength) > limits.maxSubscriptionTokens()) {
            outbox.error(
                    client,
                    "Subscription Violation Too Many Tokens - Subject \""
                            + Tracer.text(subjectBytes)
                            + "\", SID "
                            + Tracer.text(sidBytes));
            outbox.refuse(client, ProtocolError.tooManyTokens(Tracer.text(subjectBytes)));
            return;
        }
        if (limits.maxSubscriptions() > 0
                && client.subscriptions.size() >= limits.maxSubscriptions()) {
            outbox.error(client, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
            outbox.refuse(client, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
            return;
        }
        String sid = key(sidBytes);
        if (!client.subscriptions.containsKey(sid)) {
            Subscription subscription =
                    new Subscription(client, subjectBytes, queue, new SidText(sidBytes));
            if (!memory.take(client, subscription)) {
                outbox.error(client, "no memory is left for more subscriptions");
                outbox.refuse(client, ProtocolError.MAXIMUM_SUBSCRIPTIONS.text());
                return;
            }
            subscription.filter =
                    permissions == null ? null : permissions.filter(subjectBytes, queue);
            client.subscriptions.put(sid, subscription);
            counters.inserts++;
            matcher.add(client.account, bytes, subject, subjectLength, subscription);
            routed.announced(client.account, subscription);
        }
        if (client.options.verbose()) {
            outbox.ok(client);
        }
    }

    private void refuseSubscription(Client client, byte[] subject, byte[] queue, byte[] sid) {
        String shown = Quoted.text(subject);
        String shownQueue = Quoted.text(queue);
        outbox.refuse(client, ProtocolError.subscriptionViolation(shown, shownQueue));
        outbox.error(
                client,
                "Subscription Violation - Subject \""
                        + shown
                        + (queue.length == 0 ? "\"" : "\", Queue: \"" + shownQueue + '"')
                        + ", SID "
                        + Tracer.text(sid));
    }

    /** Does an UNSUB: at once, or after so many messages. */
    void unsubscribe(Client client, Frame frame) {
        String sid = key(frame.tail());
        if (client.options.verbose()) {
            outbox.ok(client);
        }
        Subscription subscription = client.subscriptions.get(sid);
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

    /** Ends a subscription. */
    void remove(Subscription subscription) {
        Client client = subscription.client;
        if (tracer.isOn()) {
            tracer.unsubscribed(client, subscription);
        }
        client.subscriptions.remove(key(subscription.sid.sid()));
        takeFromIndex(client.account, subscription);
    }

    /** Ends all subscriptions of a client: none gets anything any more. */
    void removeAll(Client client) {
        List<Subscription> all = client.subscriptions.list();
        client.subscriptions.clear();
        for (Subscription subscription : all) {
            subscription.closed = true;
            if (tracer.isOn()) {
                tracer.unsubscribed(client, subscription);
            }
        }
        Account account = client.account;
        departures.add(client, all.iterator(), each -> takeFromIndex(account, each));
    }

    /** A subscription got its last message, while that was being spread: it ends behind that. */
    void exhausted(Subscription subscription) {
        exhausted.add(subscription);
    }

    /** A message is spread: subscriptions may come and go again. */
    void removeExhausted() {
        while (!exhausted.isEmpty()) {
            Subscription each = exhausted.removeLast();
            if (!each.closed) {
                remove(each);
            }
        }
    }

    private void takeFromIndex(Account account, Subscription subscription) {
        subscription.closed = true;
        memory.giveBack(subscription.client, subscription);
        counters.removes++;
        matcher.remove(account, subscription);
        routed.withdrawn(account, subscription);
    }

    /** What a client may do has changed: its subscriptions that aren't allowed any more end. */
    void review(Client client) {
        Permissions permissions = client.permissions;
        for (Subscription each : client.subscriptions.list()) {
            if (permissions == null) {
                each.filter = null;
            } else if (permissions.maySubscribe(each.subject, each.queue)) {
                each.filter = permissions.filter(each.subject, each.queue);
            } else {
                String subject = Quoted.text(each.subject);
                String sid = Quoted.text(each.sid.sid());
                outbox.refuse(
                        client,
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

package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.api.NextRequest;
import io.millrace.broker.jetstream.api.NextRequestCheck;
import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.config.PriorityPolicy;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Later;
import io.millrace.broker.ledger.Debtor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who pulls from a consumer: takes requests, and says who gets the next message. Shard thread. */
final class Pulling {
    /** What one takes at most, with what the router knows of it. */
    private static final int REQUEST_BYTES = 8 * 1024;

    /** Requests that are too many have others looked through no more often. */
    private static final long LOOK_PAUSE_NS = 1_000_000_000;

    /** Between two looks at all of them, for each: a part of the time is spent on that. */
    private static final long PAUSE_EACH_NS = 500;

    /** Nobody is told more often that all is well. */
    private static final long LEAST_HEARTBEAT_NS = 5_000_000;

    private final Surroundings world;
    private final Debtor debtor;
    private final Progress progress;
    private final PullRequests waiting = new PullRequests();
    final Pin pin;
    private ConsumerConfig config;
    private long activeNs;
    private long lookedNs;

    /** Requests that have come since it was looked last: where they want messages isn't watched. */
    private final List<PullRequest> fresh = new ArrayList<>();

    /** Those others by their watch: a client may leave with a hundred thousand. */
    private final Map<Integer, PullRequest> watched = new HashMap<>();

    /** Requests that wait no more, though they still stand among the others. */
    private int over;

    /** None of the requests is to be told anything before, since the epoch. */
    private long dueNs = PullRequest.NEVER;

    /** Whether one may go that doesn't wait. */
    private boolean impatient;

    /** Whether it matters which client a request is from. */
    private boolean members;

    Pulling(Surroundings world, Debtor debtor, Progress progress, ConsumerConfig config) {
        this.world = world;
        this.debtor = debtor;
        this.progress = progress;
        pin = new Pin(world);
        this.config = config;
        activeNs = world.nowNs();
        configure(config);
    }

    void configure(ConsumerConfig newConfig) {
        config = newConfig;
        waiting.prioritize(newConfig.priorityPolicy() == PriorityPolicy.PRIORITIZED);
    }

    /** From here on it matters which client a request is from. */
    void tellMembersApart() {
        members = true;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    int size() {
        return waiting.size() - over;
    }

    /** When it was used last, since the epoch. */
    long activeNs() {
        return activeNs;
    }

    /** It is used. */
    void active(long nowNs) {
        activeNs = Math.max(activeNs, nowNs);
    }

    // --- requests

    /**
     * Somebody wants messages.
     *
     * @param heard whether anybody listens where they are to go
     * @param pending messages that there are
     * @return whether the request waits now
     */
    boolean request(Bytes reply, boolean heard, NextRequest said, long pending, long nowNs) {
        String refusal = NextRequestCheck.refusal(said, config);
        if (!refusal.isEmpty()) {
            world.say(reply, "", Status.of(refusal));
            return false;
        }
        if (said.isStructured() && isPolicySet() && pin.isSet()) {
            if (pin.is(said.id())) {
                pin.heard(config.pinnedTtlNs(), nowNs);
            } else if (!said.id().isEmpty()) {
                return refuse(reply, 423, "Nats-Pin-Id mismatch");
            }
        }
        if (isFull() && nowNs - lookedNs > LOOK_PAUSE_NS) {
            expire(false, nowNs);
        }
        if (said.noWait() && !mayGet(reply, said.expiresNs(), pending, nowNs)) {
            return false;
        }
        if (isFull()) {
            // Who hears something now and then asks again after that, and not in circles.
            if (said.heartbeatNs() == 0) {
                world.say(reply, "", Status.tooManyWait());
            }
            return false;
        }
        if (!heard) {
            // As there: nobody is told, but somebody was here.
            active(nowNs);
            return false;
        }
        PullRequest request = request(reply, said, nowNs);
        waiting.add(request);
        fresh.add(request);
        dueNs = Math.min(dueNs, request.dueNs());
        impatient |= request.isImpatient();
        return true;
    }

    private boolean refuse(Bytes reply, int code, String description) {
        world.say(reply, "", Status.of(code, description));
        return false;
    }

    private boolean isPolicySet() {
        return config.priorityPolicy() != PriorityPolicy.NONE;
    }

    private boolean isFull() {
        return size() >= config.maxWaiting() || !debtor.ledger().hasRoomForJetStream(REQUEST_BYTES);
    }

    /** Whether there may be something at once for who doesn't want to wait. */
    private boolean mayGet(Bytes reply, long expiresNs, long pending, long nowNs) {
        if (pending == 0 && expiresNs == 0) {
            active(nowNs);
            return refuse(reply, 404, "No Messages");
        }
        if (pending > 0) {
            expire(false, nowNs);
            if (waiting.wantMoreThan(pending)) {
                active(nowNs);
                return refuse(reply, 408, "Requests Pending");
            }
        }
        return true;
    }

    private PullRequest request(Bytes reply, NextRequest said, long nowNs) {
        PullRequest request = new PullRequest(reply);
        request.charge(debtor);
        request.wanted = Math.max(1, said.batch());
        request.bytes = Math.max(0, said.maxBytes());
        request.noWait = said.noWait();
        request.expiresNs =
                said.expiresNs() == 0 ? PullRequest.NEVER : Later.than(nowNs, said.expiresNs());
        if (said.heartbeatNs() > 0) {
            request.heartbeatNs = Math.max(said.heartbeatNs(), LEAST_HEARTBEAT_NS);
            request.nextHeartbeatNs = Later.than(nowNs, request.heartbeatNs);
        }
        request.receivedNs = nowNs;
        request.grouped = said.isStructured();
        request.group = said.group();
        request.member = members ? Members.of(reply, said.group()) : KeyOrder.ANYBODY;
        request.id = said.id();
        request.minPending = said.minPending();
        request.minAckPending = said.minAckPending();
        request.priority = (int) said.priority();
        active(nowNs);
        return request;
    }

    // --- who gets a message

    /**
     * Who gets the next message; null if nobody does now. Requests that can't have it are told so
     * and gone, if they can't have any other either.
     *
     * @param size of the message, with its subjects and headers
     * @param pending messages that there are, this one included
     * @param unacked messages that wait for their acknowledgement
     * @param member who alone may get it; {@link KeyOrder#ANYBODY} for all
     */
    @Nullable PullRequest pick(long size, long pending, long unacked, long member, long nowNs) {
        int passed = 0;
        while (!waiting.isEmpty() && passed < waiting.size()) {
            PullRequest first = waiting.first();
            if (first.over) {
                waiting.removeFirst();
                over--;
            } else if (first.isExpired(nowNs)) {
                timeout(first);
                drop();
            } else if (isWrongPin(first)) {
                tell(first, 423, "Nats-Wrong-Pin-Id");
                drop();
            } else if (pin.isSet() && !pin.is(first.id)
                    || !isWantedNow(first, pending, unacked)
                    || member != KeyOrder.ANYBODY && member != first.member) {
                waiting.cycle();
                passed++;
            } else if (first.bytes > 0 && size > first.bytes) {
                tell(first, 409, "Message Size Exceeds MaxBytes");
                drop();
            } else {
                return first;
            }
        }
        return null;
    }

    /** Whether a request bears the name of a pin that is another's, or nobody's. */
    private boolean isWrongPin(PullRequest request) {
        return config.priorityPolicy() == PriorityPolicy.PINNED_CLIENT
                && !request.id.isEmpty()
                && !pin.is(request.id);
    }

    /** Whether so much waits as a request says, of a consumer that overflows. */
    private boolean isWantedNow(PullRequest request, long pending, long unacked) {
        if (config.priorityPolicy() != PriorityPolicy.OVERFLOW
                || request.minPending <= 0 && request.minAckPending <= 0) {
            return true;
        }
        return request.minPending > 0 && request.minPending <= pending
                || request.minAckPending > 0 && request.minAckPending <= unacked;
    }

    /** A request gets a message of a consumer whose clients are pinned: it is the one, then. */
    void pin(PullRequest request, long nowNs) {
        if (config.priorityPolicy() == PriorityPolicy.PINNED_CLIENT
                && !pin.isSet()
                && !request.group.isEmpty()) {
            request.id = world.unique();
            pin.pin(request.id, request.group, config.pinnedTtlNs(), nowNs);
            world.tell(Surroundings.Event.PINNED, 0, 0, 0, request.group + ' ' + request.id);
        }
    }

    /** The first request has got a message. */
    void got(PullRequest request, long size, long nowNs) {
        request.got++;
        request.wanted--;
        if (request.bytes > 0) {
            request.bytes -= size;
            if (request.bytes == 0) {
                request.wanted = 0;
            }
        }
        active(nowNs);
        if (request.heartbeatNs > 0) {
            request.nextHeartbeatNs = Later.than(nowNs, request.heartbeatNs);
        }
        if (request.wanted > 0) {
            impatient |= request.isImpatient();
            waiting.cycle();
            return;
        }
        if (request.bytes > 0) {
            tell(request, 409, "Batch Completed");
        }
        drop();
    }

    private void tell(PullRequest request, int code, String description) {
        byte[] status = Status.of(code, description, request.wanted, request.bytes);
        world.say(request.reply, "", status);
    }

    private void timeout(PullRequest request) {
        tell(request, 408, "Request Timeout");
        active(request.expiresNs);
    }

    private void drop() {
        end(waiting.removeFirst());
    }

    private void end(PullRequest request) {
        if (request.watch != 0) {
            watched.remove(request.watch);
            world.unwatch(request.watch);
        }
        request.close(debtor);
    }

    // --- time

    /**
     * Does what is due. Then, as there, who doesn't wait goes with what it has got, even where
     * acknowledgements alone are missing for more.
     */
    void poll(long nowNs) {
        expire(nowNs > lookNs() && waiting.isAnyDue(nowNs), nowNs);
    }

    /**
     * Ends requests whose time is over, and tells those that wait that all is well. There may be a
     * hundred thousand, so they are looked through only if one of them may be concerned.
     *
     * @param atEnd whether there is nothing more to get, so that who doesn't wait goes
     */
    void expire(boolean atEnd, long nowNs) {
        if (nowNs > lookNs() || atEnd && impatient) {
            lookedNs = nowNs;
            dueNs = PullRequest.NEVER;
            impatient = false;
            over = 0;
            waiting.removeIf(request -> isOver(request, atEnd, nowNs));
        }
        watch();
        if (dueNs != PullRequest.NEVER) {
            world.at(lookNs() + 1);
        }
    }

    /** When all of them are to be looked through; where they are many, not too often. */
    private long lookNs() {
        return Math.max(dueNs, lookedNs + waiting.size() * PAUSE_EACH_NS);
    }

    private void watch() {
        for (PullRequest each : fresh) {
            if (!each.over) {
                each.watch = world.watch(each.reply);
                watched.put(each.watch, each);
            }
        }
        fresh.clear();
    }

    private boolean isOver(PullRequest request, boolean atEnd, long nowNs) {
        if (request.over) {
            return true;
        }
        if (request.isExpired(nowNs)) {
            timeout(request);
        } else if (atEnd && request.isImpatient()) {
            world.say(request.reply, "", Status.of(404, "No Messages"));
            active(nowNs);
        } else {
            if (nowNs > request.nextHeartbeatNs) {
                world.say(
                        request.reply,
                        "",
                        Status.heartbeat(progress.nextDelivery() - 1, progress.next() - 1, ""));
                request.nextHeartbeatNs = Later.than(nowNs, request.heartbeatNs);
            }
            dueNs = Math.min(dueNs, request.dueNs());
            impatient |= request.isImpatient();
            return false;
        }
        end(request);
        return true;
    }

    /** Nobody listens any more where a request wants its messages. */
    void onNobody(int watch) {
        PullRequest gone = watched.get(watch);
        if (gone == null) {
            return;
        }
        end(gone);
        over++;
        if (over > waiting.size() / 2) {
            waiting.removeIf(request -> request.over);
            over = 0;
        }
    }

    /** The consumer ends: all who wait are told. */
    void end(int code, String description, boolean withRest) {
        over = 0;
        waiting.removeIf(
                request -> {
                    if (request.over) {
                        return true;
                    }
                    if (withRest) {
                        tell(request, code, description);
                    } else if (code != 0) {
                        world.say(request.reply, "", Status.of(code, description));
                    }
                    end(request);
                    return true;
                });
    }
}

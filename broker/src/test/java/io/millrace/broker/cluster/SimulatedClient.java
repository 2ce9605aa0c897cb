package io.millrace.broker.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.ProtocolParser;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A client, and what it got. */
final class SimulatedClient implements FarEnd, Bytes.Listener {
    /** A subscription; without a queue group, that is empty. */
    record Sub(SimulatedClient client, int sid, String subject, String queue) {
        @Override
        public String toString() {
            return client + " sid " + sid + " (" + (subject + " " + queue).strip() + ")";
        }
    }

    final String account;
    final Map<Integer, Sub> subs = new LinkedHashMap<>();
    private final Simulation simulation;
    private final SimulatedServer server;
    private final long id;
    private final OutboundQueue queue;
    private final Client client;
    private final Bytes bytes = new Bytes(new CommandParser(4096, 1024), this);

    /** Those that have ended, too: what was on its way still comes. */
    private final Map<Integer, Sub> allSubs = new HashMap<>();

    /** The last message of each publisher, by subscription and publisher. */
    private final Map<String, Long> last = new HashMap<>();

    /** Messages that have come, by subscription. */
    private final Map<Integer, Integer> counts = new HashMap<>();

    /** Messages that are still to come, for subscriptions that end by themselves. */
    private final Map<Integer, Integer> left = new HashMap<>();

    private int lastSid;
    private long published;

    SimulatedClient(Simulation simulation, SimulatedServer server, String account) {
        this.simulation = simulation;
        this.server = server;
        this.account = account;
        id = simulation.nextId();
        queue = server.fixture.queue();
        client = server.fixture.connected(id, account, this, queue);
        server.fixture.router.flush(0);
    }

    void subscribe(String subject, String group) {
        Sub sub = new Sub(this, ++lastSid, subject, group);
        subs.put(sub.sid, sub);
        allSubs.put(sub.sid, sub);
        say("SUB " + subject + " " + group + " " + sub.sid + "\r\n");
    }

    void unsubscribe(int sid) {
        subs.remove(sid);
        left.remove(sid);
        say("UNSUB " + sid + "\r\n");
    }

    /** Has a subscription end by itself, so many messages from now. */
    void unsubscribeAfter(int sid, int messages) {
        if (left.putIfAbsent(sid, messages) == null) {
            say("UNSUB " + sid + " " + (counts.getOrDefault(sid, 0) + messages) + "\r\n");
        }
    }

    /** Ends those that would end by themselves. */
    void unsubscribeLimited() {
        List.copyOf(left.keySet()).forEach(this::unsubscribe);
    }

    /** Publishes a message, which says who sent it and how many were sent before. */
    String publish(String subject) {
        String text = id + " " + ++published;
        say("PUB " + subject + " " + text.length() + "\r\n" + text + "\r\n");
        return text;
    }

    void leave() {
        subs.clear();
        server.fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        server.fixture.router.flush(0);
    }

    private void say(String line) {
        bytes.come(line.getBytes(ISO_8859_1));
        server.fixture.router.flush(0);
    }

    @Override
    public void flush() {
        String text = new String(OutboundBytes.take(queue), ISO_8859_1);
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf("\r\n", at);
            String line = text.substring(at, end);
            at = end + 2;
            if (line.startsWith("MSG ")) {
                String[] words = line.split(" ");
                int size = Integer.parseInt(words[3]);
                got(Integer.parseInt(words[2]), text.substring(at, at + size));
                at += size + 2;
            } else if (!line.startsWith("INFO ")) {
                throw new AssertionError(this + " was told " + line);
            }
        }
    }

    private void got(int sid, String message) {
        Sub sub = allSubs.get(sid);
        if (sub == null) {
            throw new AssertionError(this + " has no subscription " + sid);
        }
        simulation.delivered(message, sub);
        counts.merge(sid, 1, Integer::sum);
        if (left.computeIfPresent(sid, (_, n) -> n - 1) instanceof Integer n && n == 0) {
            left.remove(sid);
            subs.remove(sid);
        }
        if (sub.queue.isEmpty()) {
            String[] words = message.split(" ");
            long number = Long.parseLong(words[1]);
            Long before = last.put(sid + " " + words[0], number);
            if (before != null && before >= number) {
                throw new AssertionError(
                        sub + " got message " + message + " behind message " + before);
            }
        }
    }

    // --- what it says

    @Override
    public boolean mayBegin(byte first) {
        return true;
    }

    @Override
    public void frames(FrameBlock frames) {
        server.fixture.router.onFrames(client, frames, 1);
    }

    @Override
    public boolean said(int op, byte[] json) {
        return true;
    }

    @Override
    public void error(ProtocolParser parser) {
        throw new AssertionError(parser.errorDetail());
    }

    // --- what the router asks

    @Override
    public void close(CloseReason why) {
        throw new AssertionError(this + " is turned away: " + why);
    }

    @Override
    public boolean stall(OutboundQueue slow, PendingBound bound) {
        return false;
    }

    @Override
    public void reconfigure() {}

    @Override
    public String toString() {
        return "client " + id + " of server " + server.id + " in " + account;
    }
}

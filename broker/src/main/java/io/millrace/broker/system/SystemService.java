package io.millrace.broker.system;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The server's voice in the system account: it answers requests, tells how it fares and what
 * happens to its clients. For a server that has a system account. The service's thread.
 */
public final class SystemService implements Service {
    private static final byte[] NOTHING = new byte[0];

    /** It looks whether something is due so often at least. */
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

    private static final OptionNames STATSZ = new OptionNames("StatszEventOptions", "");

    private final Monitored server;
    private final ServerAnswers answers;
    private final ClientEvents happened;
    private final Ledger ledger;
    private final ServerLog log;
    private final Guard guard;
    private final InstantSource clock;
    private final AtomicLong seq;
    private final Commands commands;
    private @Nullable ServicePort way;
    private @Nullable Begun begun;
    private @Nullable StatszPace pace;
    private long nowNs;
    private long droppedEvents;
    private long dropsToldNs;

    /** Events that there were when it looked last. */
    private long seenEvents;

    private boolean leavingTold;

    /** Any thread. */
    private volatile boolean leaving;

    /** What there is once it has begun. */
    private record Begun(
            ServicePort port,
            ThisServer self,
            Requests requests,
            Events events,
            Siblings siblings,
            Map<Integer, Handler> handlers) {}

    /** Does something about a request. */
    private interface Handler {
        void handle(Begun parts, ServiceMessage request) throws InterruptedException;
    }

    /**
     * Makes one.
     *
     * @param answers what HTTP tells, too
     * @param happened what the routing thread sees
     * @param ledger is charged answers
     * @param clock the time of day
     * @param seq counts what the server's services say; the reference's first one is 2
     */
    public SystemService(
            Monitored server,
            ServerAnswers answers,
            ClientEvents happened,
            Ledger ledger,
            ServerLog log,
            InstantSource clock,
            AtomicLong seq) {
        this.server = server;
        this.answers = answers;
        this.happened = happened;
        this.ledger = ledger;
        this.log = log;
        guard = new Guard(log, "System service");
        this.clock = clock;
        this.seq = seq;
        commands = new Commands(server);
    }

    @Override
    public String name() {
        return "system";
    }

    @Override
    public void start(ServicePort port) {
        way = port;
        begin(port);
    }

    /** Once the router has said who this server is; that may take several attempts. */
    private void begin(ServicePort port) {
        guard.run(
                () -> {
                    ThisServer self = new ThisServer(server, clock, seq);
                    Events events = new Events(server, happened, port, self, clock);
                    Siblings siblings =
                            new Siblings(server, answers, port, self, events, clock, log);
                    Map<Integer, Handler> handlers = new HashMap<>();
                    subscribe(port, self, handlers);
                    siblings.subscribe(
                            (sid, heard) ->
                                    handlers.put(
                                            sid,
                                            (_, message) ->
                                                    heard.hear(message, System.nanoTime())));
                    begun =
                            new Begun(
                                    port,
                                    self,
                                    new Requests(self, ledger, port),
                                    events,
                                    siblings,
                                    handlers);
                });
    }

    private void subscribe(ServicePort port, ThisServer self, Map<Integer, Handler> handlers) {
        String account = systemAccount();
        handlers.put(port.subscribe(account, "$SYS.REQ.SERVER.PING"), this::statsz);
        for (String whom : List.of("PING", self.id())) {
            String prefix = "$SYS.REQ.SERVER." + whom + '.';
            handlers.put(port.subscribe(account, prefix + "IDZ"), SystemService::idz);
            handlers.put(port.subscribe(account, prefix + "STATSZ"), this::statsz);
            for (ServerRequest each : ServerRequest.all(answers)) {
                handlers.put(
                        port.subscribe(account, prefix + each.name()),
                        answer(each.options(), each.answer()));
            }
        }
        String prefix = "$SYS.REQ.SERVER." + self.id() + '.';
        Answer kick = new Answer.Done(commands::kick);
        handlers.put(port.subscribe(account, prefix + "KICK"), answer(Commands.CLIENT, kick));
        Answer leave = new Answer.Done(commands::tellToLeave);
        handlers.put(port.subscribe(account, prefix + "LDM"), answer(Commands.CLIENT, leave));
        handlers.put(port.subscribe(account, prefix + "RELOAD"), this::reload);
    }

    private static Handler answer(OptionNames options, Answer answer) {
        return (parts, request) -> {
            if (!request.reply().isEmpty()) {
                parts.requests.answer(options, answer, Question.of(request));
            }
        };
    }

    /** Without a reply nothing is done, as in the reference. */
    private void reload(Begun parts, ServiceMessage request) throws InterruptedException {
        if (!request.reply().isEmpty()) {
            Question question = Question.of(request);
            if (parts.requests.asked(Commands.RELOAD, question).isPresent()) {
                commands.reload(question);
            }
        }
    }

    /** How the configuration is read again: tells why that failed, or nothing. Any thread. */
    public void reloadBy(Supplier<Optional<String>> how) {
        commands.reloadBy(how);
    }

    /** Rings for it when something waits that isn't a message. Any thread. */
    public void wake(Runnable bell) {
        commands.wake(bell);
    }

    private String systemAccount() {
        return server.options().auth().systemAccount();
    }

    @Override
    public void onMessage(ServiceMessage message) {
        Begun parts = begun;
        Handler handler = parts == null ? null : parts.handlers.get(message.sid());
        if (parts != null && handler != null && Requests.isAnswerable(message)) {
            guard.run(() -> handler.handle(parts, message));
        }
    }

    @Override
    public boolean isWaiting() {
        return happened.added() != seenEvents
                || begun != null && (leaving && !leavingTold || commands.isReloaded());
    }

    @Override
    public long onPoll(long now) {
        nowNs = now;
        seenEvents = happened.added();
        if (begun == null && way != null) {
            begin(way);
        }
        tellLeaving();
        StatszPace when = pace == null ? new StatszPace(now) : pace;
        pace = when;
        Begun parts = begun;
        if (parts == null) {
            return now + LOOK_NS;
        }
        if (when.isDue(now)) {
            guard.run(() -> publishStatsz(parts));
        }
        long[] eventNs = {now + LOOK_NS};
        guard.run(() -> eventNs[0] = parts.events.tell(now));
        long[] siblingNs = {now + LOOK_NS};
        guard.run(() -> siblingNs[0] = parts.siblings.settle(now));
        guard.run(() -> tellReloaded(parts));
        reportDrops();
        long nextNs = earliest(eventNs[0], siblingNs[0]);
        return earliest(earliest(now + LOOK_NS, nextNs), when.nextNs());
    }

    private void tellReloaded(Begun parts) throws InterruptedException {
        Optional<Commands.Reloaded> next = commands.nextReloaded();
        while (next.isPresent()) {
            parts.requests.tell(next.get().question(), next.get().failure());
            next = commands.nextReloaded();
        }
    }

    private static long earliest(long oneNs, long otherNs) {
        return oneNs - otherNs > 0 ? otherNs : oneNs;
    }

    private void reportDrops() {
        long dropped = happened.dropped();
        if (dropped != droppedEvents && (droppedEvents == 0 || nowNs - dropsToldNs >= LOOK_NS)) {
            log.warn("System events dropped: " + (dropped - droppedEvents));
            droppedEvents = dropped;
            dropsToldNs = nowNs;
        }
    }

    // --- requests that have no common envelope

    private static void idz(Begun parts, ServiceMessage request) throws InterruptedException {
        if (request.reply().isEmpty()) {
            return;
        }
        var info = parts.self.info();
        byte[] answer =
                Requests.line(
                        out ->
                                out.field("name", info.serverName())
                                        .field("host", info.host())
                                        .field("id", info.serverId()));
        parts.port.publish(request.account(), request.reply(), "", NOTHING, answer);
    }

    /** Without a reply it is told to all who listen anyway. */
    private void statsz(Begun parts, ServiceMessage request) throws InterruptedException {
        RequestOptions asked;
        boolean broadcast = request.reply().isEmpty();
        try {
            asked = OptionsReader.read(STATSZ, request.payload());
        } catch (BadJsonException e) {
            if (!broadcast) {
                String why = String.valueOf(e.getMessage());
                parts.requests.refuse(Question.of(request), Requests.BAD_REQUEST, why);
            }
            return;
        }
        parts.self.refresh();
        if (!ServerFilter.matches(asked, parts.self.info(), parts.self.identity())) {
            return;
        }
        if (broadcast) {
            if (pace != null) {
                pace.tell(nowNs);
            }
            publishStatsz(parts);
        } else {
            parts.port.publish(request.account(), request.reply(), "", NOTHING, statsz(parts));
        }
    }

    private byte[] statsz(Begun parts) throws InterruptedException {
        JsonOut.Fields stats = answers.statsz(parts.siblings.servers());
        return Requests.line(
                out -> {
                    parts.self.write(out);
                    out.object("statsz", stats);
                });
    }

    private void publishStatsz(Begun parts) throws InterruptedException {
        parts.self.refresh();
        tellAll(parts, "STATSZ", statsz(parts));
    }

    private void tellAll(Begun parts, String what, byte[] message) {
        String subject = "$SYS.SERVER." + parts.self.id() + '.' + what;
        parts.port.publish(systemAccount(), subject, "", NOTHING, message);
    }

    // --- how it ends

    /** Clients are about to be sent away, which is told when the service is rung. Any thread. */
    public void leave() {
        leaving = true;
    }

    private void tellLeaving() {
        if (leaving && !leavingTold && begun != null) {
            leavingTold = true;
            tellEnd("LAMEDUCK");
        }
    }

    @Override
    public void stop() {
        tellLeaving();
        tellEnd("SHUTDOWN");
    }

    private void tellEnd(String what) {
        Begun parts = begun;
        if (parts != null) {
            guard.run(() -> tellAll(parts, what, Requests.line(parts.self::fields)));
        }
    }
}

package io.millrace.broker.system;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.view.AccountSnapshot;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * What servers tell and ask each other in the system account: that they are there, that they leave,
 * how many clients and subscribers of an account they have. The service's thread.
 */
final class Siblings {
    /** Accounts that a server which has just come is asked about; of others it tells in time. */
    private static final int ASKED_ACCOUNTS = 256;

    private static final byte[] NOTHING = new byte[0];

    private final Monitored server;
    private final ServicePort port;
    private final ThisServer self;
    private final Events events;
    private final InstantSource clock;
    private final ServerLog log;
    private final String account;
    private final RemoteServers remotes;
    private final SubscriberCounts counts;

    Siblings(
            Monitored server,
            ServerAnswers answers,
            ServicePort port,
            ThisServer self,
            Events events,
            InstantSource clock,
            ServerLog log) {
        this.server = server;
        this.port = port;
        this.self = self;
        this.events = events;
        this.clock = clock;
        this.log = log;
        account = server.options().auth().systemAccount();
        remotes = new RemoteServers(server);
        counts = new SubscriberCounts(answers, remotes, port, account, self.id());
    }

    /** Hears messages of one kind. */
    interface Heard {
        void hear(ServiceMessage message, long nowNs) throws InterruptedException;
    }

    /** Has messages of a subscription heard. */
    interface Registry {
        void put(int sid, Heard heard);
    }

    void subscribe(Registry handlers) {
        Heard left = (message, _) -> remotes.gone(EventSubjects.token(message.subject(), 2));
        handlers.put(port.subscribe(account, "$SYS.SERVER.*.SHUTDOWN"), left);
        handlers.put(port.subscribe(account, "$SYS.SERVER.*.LAMEDUCK"), left);
        hear(handlers, "$SYS.SERVER.*.STATSZ", this::seen);
        hear(handlers, "$SYS.SERVER.ACCOUNT.*.CONNS", this::counted);
        hear(handlers, inbox(), this::counted);
        handlers.put(
                port.subscribe(account, "$SYS.REQ.ACCOUNT.*.CONNS"),
                (message, _) -> clientsAsked(message));

        handlers.put(port.subscribeHere(account, SubscriberCounts.ASKED), counts::asked);
        handlers.put(
                port.subscribe(account, SubscriberCounts.ASKED_BY_SERVERS),
                (message, _) -> read(() -> counts.askedByServer(message)));
        handlers.put(
                port.subscribe(account, counts.inbox()), (message, _) -> counts.answered(message));
    }

    /** Where others answer how many clients of an account they have. */
    private String inbox() {
        return "$SYS._INBOX_." + self.id();
    }

    /** Hears what has a body. */
    private interface Told {
        void hear(ServerJson json, long nowNs) throws InterruptedException;
    }

    private void hear(Registry handlers, String subject, Told told) {
        handlers.put(
                port.subscribe(account, subject),
                (message, nowNs) ->
                        read(() -> told.hear(ServerJson.read(message.payload()), nowNs)));
    }

    /** Something that needs a body that can be read. */
    private interface Reading {
        void run() throws BadJsonException, InterruptedException;
    }

    private void read(Reading reading) throws InterruptedException {
        try {
            reading.run();
        } catch (BadJsonException e) {
            log.debug("A server said what can't be read: " + e.getMessage());
        }
    }

    /** The ids of the other servers that there are. */
    Set<String> servers() {
        return remotes.ids();
    }

    // --- what others tell

    private boolean isOther(String id) {
        return !id.isEmpty() && !id.equals(self.id());
    }

    private void seen(ServerJson told, long nowNs) throws InterruptedException {
        String id = told.text("server.id");
        if (isOther(id) && remotes.seen(id, nowNs)) {
            askForClients();
        }
    }

    private void counted(ServerJson told, long nowNs) {
        String id = told.text("server.id");
        String name = told.text("acc");
        if (isOther(id) && !name.isEmpty()) {
            remotes.counted(id, name, told.number("conns"), nowNs);
        }
    }

    private void askForClients() throws InterruptedException {
        List<String> names =
                server.ask(r -> Inspection.accounts(r, "", ASKED_ACCOUNTS)).stream()
                        .map(AccountSnapshot::name)
                        .toList();
        self.refresh();
        for (String name : names) {
            byte[] body =
                    Requests.line(
                            out -> {
                                self.write(out);
                                out.field("acc", name);
                            });
            String subject = EventSubjects.accountRequest(name, "CONNS");
            port.publish(account, subject, inbox(), NOTHING, body);
        }
    }

    // --- what they ask

    /** As in the reference who has none doesn't answer, nor who is asked about two at once. */
    private void clientsAsked(ServiceMessage request) throws InterruptedException {
        String name = EventSubjects.token(request.subject(), 3);
        byte[] body = request.payload();
        if (request.reply().isEmpty()) {
            return;
        }
        read(
                () -> {
                    if (body.length == 0 || ServerJson.read(body).text("acc").equals(name)) {
                        events.tellCount(name, request.reply(), clock.instant());
                    }
                });
    }

    /**
     * Does what is due.
     *
     * @return when it wants to be called again at the latest, {@link System#nanoTime}
     */
    long settle(long nowNs) throws InterruptedException {
        remotes.settle(nowNs);
        return counts.settle(nowNs);
    }
}

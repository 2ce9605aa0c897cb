package io.millrace.broker.system;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers what is asked of accounts: by the users of each, of their own account only, and in the
 * system account of any.
 *
 * <p>Anybody may ask, with however many requests. So it is a service of its own, beside the {@link
 * SystemService}; requests wait in a {@link Backlog} where each account has its turn; and it rests
 * as long as it works, so that the routing thread, which it asks all it knows, has time for
 * messages.
 */
public final class AccountService implements Service {
    private static final long NEVER_NS = TimeUnit.HOURS.toNanos(1);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** It works so long before it hears what else has come. */
    private static final long STRETCH_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Asked of all accounts; of an account's own, where its users ask. */
    private static final String STATZ_OF_ALL = "$SYS.REQ.ACCOUNT.PING.STATZ";

    private static final String BUSY = "too many requests are waiting; ask later";

    private final Monitored server;
    private final ServerAnswers answers;
    private final Ledger ledger;
    private final Guard guard;
    private final InstantSource clock;
    private final AtomicLong seq;
    private final Backlog backlog;
    private final Map<Integer, Handler> handlers = new HashMap<>();
    private @Nullable ServicePort way;
    private @Nullable Begun begun;
    private long restUntilNs;

    /** What there is once the router has said who this server is. */
    private record Begun(
            ServicePort port, ThisServer self, Requests requests, OtherServers others) {}

    /** What is done about a message. */
    private interface Handler {
        void handle(Begun parts, ServiceMessage message) throws InterruptedException;
    }

    /**
     * Makes one.
     *
     * @param answers what HTTP tells, too
     * @param ledger is charged answers, and requests that wait
     * @param clock the time of day
     * @param seq counts what the server's services say
     */
    public AccountService(
            Monitored server,
            ServerAnswers answers,
            Ledger ledger,
            ServerLog log,
            InstantSource clock,
            AtomicLong seq) {
        this.server = server;
        this.answers = answers;
        this.ledger = ledger;
        guard = new Guard(log, "Account service");
        this.clock = clock;
        this.seq = seq;
        backlog = new Backlog(ledger);
    }

    @Override
    public String name() {
        return "accounts";
    }

    @Override
    public void start(ServicePort port) {
        way = port;
        begin(port);
    }

    /** That may take several attempts. */
    private void begin(ServicePort port) {
        guard.run(
                () -> {
                    ThisServer self = new ThisServer(server, clock, seq);
                    OtherServers others = new OtherServers(server, port, self.id());
                    subscribe(port);
                    int answered = port.subscribe(systemAccount(), others.inbox());
                    handlers.put(
                            answered,
                            (parts, message) -> parts.others.pass(message, System.nanoTime()));
                    begun = new Begun(port, self, new Requests(self, ledger, port), others);
                });
    }

    private String systemAccount() {
        return server.options().auth().systemAccount();
    }

    private void subscribe(ServicePort port) {
        AccountRequest connz = AccountRequest.connz(answers);
        AccountRequest statz = AccountRequest.statz(answers);
        own(port, "$SYS.REQ.SERVER.PING.CONNZ", connz);
        own(port, "$SYS.REQ.ACCOUNT.PING.CONNZ", connz);
        own(port, STATZ_OF_ALL, statz);
        handlers.put(
                port.subscribe(ServicePort.EVERY_ACCOUNT, UserInfo.SUBJECT),
                (parts, request) -> userInfo(parts, request, request.cid()));

        String system = systemAccount();
        handlers.put(
                port.subscribeHere(system, "$SYS.REQ.USER.*.INFO"),
                (parts, request) -> userInfo(parts, request, UserInfo.NOBODY));
        for (AccountRequest each : AccountRequest.all(answers)) {
            handlers.put(
                    port.subscribe(system, "$SYS.REQ.ACCOUNT.*." + each.name()),
                    (parts, request) -> ofAny(parts, request, each));
        }
        handlers.put(port.subscribe(system, STATZ_OF_ALL), this::statzOfAll);
    }

    /** What users may ask of their own account. */
    private void own(ServicePort port, String subject, AccountRequest kind) {
        handlers.put(
                port.subscribe(ServicePort.EVERY_ACCOUNT, subject),
                (parts, request) -> ofOwn(parts, request, kind));
    }

    @Override
    public void onMessage(ServiceMessage message) {
        Begun parts = begun;
        Handler handler = handlers.get(message.sid());
        if (parts != null && handler != null && Requests.isAnswerable(message)) {
            guard.run(() -> handler.handle(parts, message));
        }
    }

    // --- what is asked

    private void ofOwn(Begun parts, ServiceMessage request, AccountRequest kind)
            throws InterruptedException {
        String account = request.account();
        // In the system account these are questions to all servers.
        if (!account.equals(systemAccount())) {
            await(
                    parts,
                    account,
                    request,
                    question -> {
                        if (parts.others.ask(question, kind.name(), System.nanoTime())) {
                            answer(parts, question, account, kind);
                        } else {
                            parts.requests.refuse(question, Requests.TOO_MANY, BUSY);
                        }
                    });
        }
    }

    private void ofAny(Begun parts, ServiceMessage request, AccountRequest kind)
            throws InterruptedException {
        if (request.subject().equals(STATZ_OF_ALL)) {
            return;
        }
        String account = EventSubjects.token(request.subject(), 3);
        // What users of other servers ask doesn't shut out who asks here.
        String asker = OtherServers.isRelayed(request) ? "of " + account : Backlog.OPERATORS;
        await(parts, asker, request, question -> answer(parts, question, account, kind));
    }

    private static void answer(Begun parts, Question question, String account, AccountRequest kind)
            throws InterruptedException {
        Answer answer = asked -> kind.answer().answer(account, asked);
        parts.requests.answer(kind.options(), answer, question);
    }

    private void statzOfAll(Begun parts, ServiceMessage request) throws InterruptedException {
        await(
                parts,
                Backlog.OPERATORS,
                request,
                question ->
                        parts.requests.answer(
                                AccountRequest.statzOptions(),
                                AccountRequest.allStatz(answers),
                                question));
    }

    private void userInfo(Begun parts, ServiceMessage request, long cid)
            throws InterruptedException {
        await(
                parts,
                request.account(),
                request,
                question ->
                        parts.requests.answer(
                                UserInfo.NO_OPTIONS,
                                _ -> UserInfo.of(server, cid),
                                question.plain()));
    }

    // --- in turn

    /** Something to do with a question. */
    private interface Answering {
        void answer(Question question) throws InterruptedException;
    }

    private void await(Begun parts, String asker, ServiceMessage request, Answering answering)
            throws InterruptedException {
        if (request.reply().isEmpty()) {
            return;
        }
        Question question = Question.of(request);
        int length = question.body().length + question.reply().length();
        if (!backlog.add(asker, () -> answering.answer(question), length)) {
            parts.requests.refuse(question, Requests.TOO_MANY, BUSY);
        }
    }

    @Override
    public long onPoll(long now) {
        if (begun == null && way != null) {
            begin(way);
            if (begun == null) {
                return now + RETRY_NS;
            }
        }
        if (backlog.isEmpty()) {
            return now + NEVER_NS;
        }
        if (now - restUntilNs < 0) {
            return restUntilNs;
        }
        long endNs = now;
        Guard.Work next;
        while (endNs - now < STRETCH_NS && (next = backlog.next()) != null) {
            guard.run(next);
            endNs = System.nanoTime();
        }
        restUntilNs = endNs + (endNs - now);
        return backlog.isEmpty() ? now + NEVER_NS : restUntilNs;
    }

    @Override
    public void stop() {
        backlog.clear();
    }
}

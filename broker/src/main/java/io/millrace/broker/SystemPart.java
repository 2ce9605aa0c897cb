package io.millrace.broker;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.system.AccountService;
import io.millrace.broker.system.ClientEvents;
import io.millrace.broker.system.LatencySamples;
import io.millrace.broker.system.LatencyService;
import io.millrace.broker.system.SystemService;
import io.millrace.broker.system.TraceService;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The services of the system account. Any thread. */
final class SystemPart {
    private final SystemService system;
    private final Runnable doorbell;

    private final Asking asking;
    private final RunningServices services;
    private final Ledger ledger;
    private final ServerLog log;
    private boolean tellsLatencies;

    private SystemPart(
            SystemService system,
            Runnable doorbell,
            Asking asking,
            RunningServices services,
            Ledger ledger,
            ServerLog log) {
        this.system = system;
        this.doorbell = doorbell;
        this.asking = asking;
        this.services = services;
        this.ledger = ledger;
        this.log = log;
    }

    /** Tells latencies from here on if any account wants to know them. */
    synchronized void use(Options options) {
        boolean wanted =
                options.auth().accounts().stream()
                        .flatMap(account -> account.serviceExports().stream())
                        .anyMatch(export -> export.latency() != null);
        if (wanted && !tellsLatencies) {
            tellsLatencies = true;
            LatencySamples samples = new LatencySamples(ledger);
            samples.wake(
                    services.start(
                            new LatencyService(
                                    samples,
                                    options.auth().systemAccount(),
                                    name(),
                                    log,
                                    InstantSource.system())));
            asking.tell(r -> r.onWatcher(samples));
        }
    }

    private String name() {
        try {
            return asking.ask(r -> Inspection.info(r).serverName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /**
     * Starts them.
     *
     * @param started there is a system account
     */
    static SystemPart start(
            Options started,
            Asking asking,
            RunningServices services,
            Monitored view,
            ServerAnswers answers,
            Ledger ledger,
            ServerLog log) {
        ClientEvents events = new ClientEvents(ledger);
        String account = started.auth().systemAccount();
        asking.tell(
                r -> {
                    events.tellTo(
                            Inspection.info(r).serverId(),
                            what -> r.hears(account, what),
                            what -> r.hears(Account.GLOBAL, what));
                    r.onWatcher(events);
                });
        InstantSource clock = InstantSource.system();
        AtomicLong seq = new AtomicLong(1);
        SystemService system = new SystemService(view, answers, events, ledger, log, clock, seq);
        Runnable doorbell = services.start(system);
        events.wake(doorbell);
        system.wake(doorbell);
        services.start(new AccountService(view, answers, ledger, log, clock, seq));
        TraceService traces = new TraceService(view, ledger, log, clock, seq);
        traces.wakeBy(services.start(traces));
        asking.tell(r -> r.onTraces(traces.watcher()));
        SystemPart part = new SystemPart(system, doorbell, asking, services, ledger, log);
        part.use(started);
        return part;
    }

    /** How the configuration is read again: tells why that failed, or nothing. */
    void reloadBy(Supplier<Optional<String>> how) {
        system.reloadBy(how);
    }

    /** Has whoever listens in the system account hear that the server is about to leave. */
    void tellLeaving() {
        system.leave();
        doorbell.run();
    }
}

package io.millrace.broker;

import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.system.ClientEvents;
import io.millrace.broker.system.SystemService;
import io.millrace.broker.system.UserInfoService;

import java.time.InstantSource;

/** The services of the system account. Any thread. */
final class SystemPart {
    private final SystemService system;
    private final Runnable doorbell;

    private SystemPart(SystemService system, Runnable doorbell) {
        this.system = system;
        this.doorbell = doorbell;
    }

    /**
     * Starts them.
     *
     * @param options there is a system account
     */
    static SystemPart start(
            AuthOptions options,
            Asking asking,
            RunningServices services,
            Monitored view,
            ServerAnswers answers,
            Ledger ledger,
            ServerLog log) {
        ClientEvents events = new ClientEvents(ledger);
        String account = options.systemAccount();
        asking.tell(
                r -> {
                    events.tellTo(Inspection.info(r).serverId(), what -> r.hears(account, what));
                    r.onWatcher(events);
                });
        InstantSource clock = InstantSource.system();
        SystemService system = new SystemService(view, answers, events, ledger, log, clock);
        Runnable doorbell = services.start(system);
        events.wake(doorbell);
        services.start(new UserInfoService(view, log, clock));
        return new SystemPart(system, doorbell);
    }

    /** Has whoever listens in the system account hear that the server is about to leave. */
    void tellLeaving() {
        system.leave();
        doorbell.run();
    }
}

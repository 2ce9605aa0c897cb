package io.millrace.broker.system;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.view.UserSnapshot;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells the users of every account who they are. A service of its own, since anybody may ask: with
 * however many requests, nobody shuts others out of the {@linkplain SystemService system account}.
 */
public final class UserInfoService implements Service {
    private static final long NEVER_NS = TimeUnit.HOURS.toNanos(1);

    private final Monitored server;
    private final ServerLog log;
    private final InstantSource clock;
    private @Nullable ServicePort port;
    private @Nullable ThisServer self;

    /**
     * Makes one.
     *
     * @param clock the time of day
     */
    public UserInfoService(Monitored server, ServerLog log, InstantSource clock) {
        this.server = server;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "user-info";
    }

    @Override
    public void start(ServicePort newPort) {
        port = newPort;
        newPort.subscribe(ServicePort.EVERY_ACCOUNT, UserInfo.SUBJECT);
    }

    @Override
    public void onMessage(ServiceMessage request) {
        ServicePort way = port;
        if (way == null || request.reply().isEmpty() || !Requests.isAnswerable(request)) {
            return;
        }
        try {
            answer(way, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // The routing thread had no time to answer.
            log.debug("User info: " + e.getMessage());
        }
    }

    private void answer(ServicePort way, ServiceMessage request) throws InterruptedException {
        long cid = request.cid();
        Optional<UserSnapshot> user = server.ask(router -> Inspection.user(router, cid));
        if (user.isEmpty()) {
            return;
        }
        ThisServer known = self == null ? new ThisServer(server, clock) : self;
        self = known;
        byte[] answer =
                Requests.line(
                        out -> {
                            known.write(out);
                            out.object("data", data -> UserInfo.write(data, user.get()));
                        });
        way.publish(request.account(), request.reply(), "", new byte[0], answer);
    }

    @Override
    public long onPoll(long nowNs) {
        return nowNs + NEVER_NS;
    }
}

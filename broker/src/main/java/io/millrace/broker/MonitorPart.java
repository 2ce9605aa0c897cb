package io.millrace.broker;

import io.millrace.broker.config.monitor.MonitorOptions;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.monitor.Paths;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.monitor.http.HttpMonitor;
import io.millrace.broker.transport.tls.TlsContexts;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** What answers over HTTP, wired. */
final class MonitorPart {
    private MonitorPart() {}

    /**
     * Binds its port and answers from here on.
     *
     * @param tls what HTTPS connections are secured with; null if there is no TLS
     * @throws MonitorStartException if the port can't be bound
     */
    static HttpMonitor bind(
            MonitorOptions wanted,
            Monitored view,
            ServerAnswers answers,
            @Nullable TlsContexts tls,
            Ledger ledger,
            ServerLog log)
            throws MonitorStartException, InterruptedException {
        try {
            return HttpMonitor.bind(
                    wanted,
                    new Paths(view, wanted.basePath(), answers),
                    tls == null ? null : tls::forMonitoring,
                    log,
                    ledger);
        } catch (IOException e) {
            throw new MonitorStartException(e);
        }
    }
}

package io.millrace.broker;

import io.millrace.broker.config.process.FileOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.StartOutcome;
import io.millrace.broker.log.LibraryLog;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.http.HttpMonitor;
import io.millrace.broker.process.ListenUrls;
import io.millrace.broker.process.PidFile;
import io.millrace.broker.process.Ports;
import io.millrace.broker.process.PortsFile;
import io.millrace.broker.process.Program;
import io.millrace.broker.process.ServerSignal;
import io.millrace.broker.process.Signals;
import io.millrace.broker.transport.tls.TlsUnusableException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A server as a process: signals, pid file, ports file, exit status. Runs on the main thread, which
 * waits for the server's end.
 */
final class Executable {
    private final ServerLog log;
    private final Supplier<StartOutcome> reader;
    private volatile Options options;
    private @Nullable PortsFile portsFile;

    /**
     * Makes one.
     *
     * @param reader reads the command line and the file it names again, for a reload
     */
    Executable(Options options, ServerLog log, Supplier<StartOutcome> reader) {
        this.options = options;
        this.log = log;
        this.reader = reader;
    }

    /**
     * Runs the server to its end.
     *
     * @param warnings what the configuration's author should know
     * @param whenReady called once clients can connect
     * @return the exit status: 0 if it ran, 1 if it could not start
     */
    int run(List<String> warnings, Signals signals, Consumer<NatsServer> whenReady) {
        LibraryLog.to(log);
        warnings.forEach(log::warn);
        if (!writePidFile()) {
            return 1;
        }
        NatsServer server;
        try {
            server = NatsServer.start(options, log);
        } catch (MonitorStartException
                | WebSocketStartException
                | ClusterStartException
                | GatewayStartException
                | JetStreamStartException
                | TlsUnusableException e) {
            log.fatal(String.valueOf(e.getMessage()));
            log.close();
            return 1;
        } catch (RuntimeException | Error e) {
            log.fatal("The server could not be started: " + e);
            log.close();
            throw e;
        } catch (IOException e) {
            HostAndPort address = new HostAndPort(options.listen().host(), options.listen().port());
            log.fatal("Error listening on port: " + address + ", " + quoted(e));
            log.close();
            return 1;
        }
        server.atEnd(this::deletePortsFile);
        server.reloadBy(() -> reload(server));
        signals.deliverTo(signal -> onSignal(server, signal));
        writePortsFile(server);
        whenReady.accept(server);
        try {
            server.awaitClosed();
        } catch (InterruptedException e) {
            server.close();
        }
        // Once more: it may have been written while the server closed.
        deletePortsFile();
        return 0;
    }

    private static String quoted(IOException e) {
        return '"' + e.getMessage() + '"';
    }

    private void onSignal(NatsServer server, ServerSignal signal) {
        log.info("Trapped \"" + signal.description() + "\" signal");
        switch (signal) {
            case INTERRUPT -> server.close();
            case TERMINATE -> {
                if (!server.isLameDuck()) {
                    server.close();
                }
            }
            case REOPEN_LOG -> log.reopen();
            case LAME_DUCK -> server.enterLameDuckMode();
            case RELOAD -> reload(server);
        }
    }

    /** Why it failed, if it did. */
    private synchronized Optional<String> reload(NatsServer server) {
        Reload reload = new Reload(server, log, reader);
        reload.run().ifPresent(now -> files(server, now));
        return reload.failure();
    }

    /** The files that tell others about the process are where the new options want them. */
    private void files(NatsServer server, Options now) {
        FileOptions before = options.files();
        options = now;
        if (!now.files().pidFile().equals(before.pidFile())) {
            pidFileProblem().ifPresent(log::error);
        }
        if (!now.files().portsFileDir().equals(before.portsFileDir())) {
            deletePortsFile();
            writePortsFile(server);
        }
    }

    private boolean writePidFile() {
        Optional<String> problem = pidFileProblem();
        if (problem.isPresent()) {
            log.fatal(problem.get());
            log.close();
        }
        return problem.isEmpty();
    }

    private Optional<String> pidFileProblem() {
        String file = options.files().pidFile();
        try {
            if (!file.isEmpty()) {
                PidFile.write(Path.of(file));
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("Could not write pidfile: " + e.getMessage());
        }
    }

    private synchronized void writePortsFile(NatsServer server) {
        String folder = options.files().portsFileDir();
        if (folder.isEmpty()) {
            return;
        }
        HttpMonitor monitor = server.monitor();
        try {
            portsFile =
                    PortsFile.write(
                            Path.of(folder),
                            Program.name(),
                            Ports.of(
                                            ListenUrls.of(
                                                    options.tls().enabled() ? "tls" : "nats",
                                                    server.address()),
                                            monitor == null
                                                    ? List.of()
                                                    : ListenUrls.of(
                                                            monitor.scheme(), monitor.address()))
                                    .withWebSocket(webSocketUrls(server)));
        } catch (IOException e) {
            log.error("Error writing ports file (" + folder + "): " + e.getMessage());
        }
    }

    private List<String> webSocketUrls(NatsServer server) throws SocketException {
        InetSocketAddress address = server.webSocketAddress();
        return address == null ? List.of() : ListenUrls.of(options.websocket().scheme(), address);
    }

    private synchronized void deletePortsFile() {
        PortsFile file = portsFile;
        if (file == null) {
            return;
        }
        portsFile = null;
        try {
            file.delete();
        } catch (IOException e) {
            log.error("Error cleaning up ports file " + file.path() + ": " + e.getMessage());
        }
    }
}

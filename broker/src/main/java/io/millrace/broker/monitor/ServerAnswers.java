package io.millrace.broker.monitor;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.view.AccountSnapshot;

import java.io.IOException;

/**
 * What is told about a server, one JSON object each, over HTTP and in the system account alike.
 * Each answer reads all it needs from the routing thread before it is written. Any thread that may
 * wait.
 */
public final class ServerAnswers {
    private final RequestCounts requests = new RequestCounts();
    private final ProcessUsage usage = new ProcessUsage();
    private final Varz varz;
    private final Connz connz;
    private final Subsz subsz;
    private final Routez routez;
    private final Topology topology;
    private final Accountz accounts;
    private final Jsz jsz;
    private final Healthz healthz;
    private final Statsz statsz;

    /**
     * Makes the answers of a server.
     *
     * @param log is told what health checks find
     */
    public ServerAnswers(Monitored server, ServerLog log) {
        Snapshots snapshots = new Snapshots(server);
        varz = new Varz(server, snapshots, requests, usage);
        connz = new Connz(snapshots);
        subsz = new Subsz(snapshots);
        routez = new Routez(server, snapshots);
        topology = new Topology(snapshots);
        accounts = new Accountz(server, snapshots);
        jsz = new Jsz(snapshots);
        healthz = new Healthz(server, log);
        statsz = new Statsz(server, snapshots, usage);
    }

    /** How often each path was asked for over HTTP. */
    RequestCounts requests() {
        return requests;
    }

    /** What the process takes. */
    ProcessUsage usage() {
        return usage;
    }

    /** The server as a whole. */
    public JsonOut.Fields varz() throws InterruptedException {
        return varz.answer();
    }

    /** The server's load in short. */
    public JsonOut.Fields statsz() throws InterruptedException {
        return statsz.answer();
    }

    /** Connections. */
    public JsonOut.Fields connz(ConnzOptions options)
            throws BadQueryException, InterruptedException {
        return connz.answer(options);
    }

    /** Subscriptions of clients. */
    public JsonOut.Fields subsz(SubszOptions options)
            throws BadQueryException, InterruptedException {
        return subsz.answer(options);
    }

    /** Connections to other servers of the cluster. */
    public JsonOut.Fields routez(ShownSubscriptions shown)
            throws BadQueryException, InterruptedException {
        return routez.answer(shown);
    }

    /** Connections to other clusters. */
    public JsonOut.Fields gatewayz() throws InterruptedException {
        return topology.gatewayz();
    }

    /** Leaf nodes. */
    public JsonOut.Fields leafz() throws InterruptedException {
        return topology.leafz();
    }

    /**
     * Accounts.
     *
     * @param name of the only one to tell about; empty for a list of names
     */
    public JsonOut.Fields accountz(String name) throws BadQueryException, InterruptedException {
        return accounts.accountz(name);
    }

    /** JetStream. */
    public JsonOut.Fields jsz() throws InterruptedException {
        return jsz.answer();
    }

    /** Whether the server does what it is there for. */
    public Health healthz(HealthzOptions options) {
        return healthz.answer(options);
    }

    /**
     * Writes what an account does.
     *
     * @param connections clients of it
     */
    public static void account(JsonOut out, AccountSnapshot account, int connections)
            throws IOException {
        Accountz.statistics(out, account, connections);
    }

    /** What accounts do, over HTTP. */
    Reply accstatz(Query query) throws BadQueryException, InterruptedException {
        return accounts.accstatz(query);
    }
}

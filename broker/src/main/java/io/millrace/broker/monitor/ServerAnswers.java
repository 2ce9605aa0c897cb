package io.millrace.broker.monitor;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.view.AccountSnapshot;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Set;

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
    private final Gatewayz gatewayz;
    private final Leafz leafz;
    private final Accountz accounts;
    private final Jsz jsz;
    private final Healthz healthz;
    private final Statsz statsz;
    private final Ipqueuesz ipqueuesz;
    private final Subscribers subscribers;
    private final Snapshots snapshots;
    private final ServerLog log;

    /**
     * Makes the answers of a server.
     *
     * @param log is told what health checks find, and who is closed
     */
    public ServerAnswers(Monitored server, ServerLog log) {
        this.log = log;
        snapshots = new Snapshots(server);
        varz = new Varz(server, snapshots, requests, usage);
        connz = new Connz(snapshots);
        subsz = new Subsz(snapshots);
        routez = new Routez(server, snapshots);
        gatewayz = new Gatewayz(server, snapshots);
        leafz = new Leafz(snapshots);
        accounts = new Accountz(server, snapshots);
        jsz = new Jsz(server, snapshots);
        healthz = new Healthz(server, log);
        statsz = new Statsz(server, snapshots, usage);
        ipqueuesz = new Ipqueuesz(server);
        subscribers = new Subscribers(snapshots);
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

    /**
     * The server's load in short.
     *
     * @param heard ids of other servers that told of themselves, of whatever cluster
     */
    public JsonOut.Fields statsz(Set<String> heard) throws InterruptedException {
        return statsz.answer(heard);
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
    public JsonOut.Fields gatewayz(GatewayzOptions options)
            throws BadQueryException, InterruptedException {
        return gatewayz.answer(options);
    }

    /** Leaf nodes. */
    public JsonOut.Fields leafz(LeafzOptions options)
            throws BadQueryException, InterruptedException {
        return leafz.answer(options);
    }

    /**
     * Accounts.
     *
     * @param name of the only one to tell about; empty for a list of names
     */
    public JsonOut.Fields accountz(String name) throws BadQueryException, InterruptedException {
        return accounts.accountz(name);
    }

    /** All there is to know of an account. */
    public JsonOut.Fields accountInfo(String name) throws BadQueryException, InterruptedException {
        return accounts.info(name);
    }

    /**
     * What accounts do.
     *
     * @param names of those to tell about; empty for all
     * @param unused whether those without clients are told about, too
     */
    public AccountStatz accountStatz(List<String> names, boolean unused)
            throws BadQueryException, InterruptedException {
        return AccountStatz.of(snapshots, names, unused);
    }

    /**
     * How many clients' subscriptions of this server get what is published to a subject; those that
     * ask for nothing else, if that is a pattern.
     *
     * @param account its name
     * @param queue the only queue group to count; null for all, and those in none
     */
    public long subscribers(String account, String subject, @Nullable String queue)
            throws BadQueryException, InterruptedException {
        return subscribers.count(account, subject, queue);
    }

    /** Whether an account has clients here. */
    public boolean hasClients(String account) throws InterruptedException {
        return snapshots.account(account).filter(each -> each.clients() > 0).isPresent();
    }

    /** The program and its memory. */
    public JsonOut.Fields expvarz() {
        return DebugVars.expvarz();
    }

    /**
     * What waits between the server's threads.
     *
     * @param all whether queues are told of in which nothing waits
     * @param filter tells only of those with this in their names; empty for all
     */
    public JsonOut.Fields ipqueuesz(boolean all, String filter) {
        return ipqueuesz.answer(all, filter);
    }

    /** JetStream. */
    public JsonOut.Fields jsz(JszOptions options) throws BadQueryException, InterruptedException {
        return jsz.answer(options);
    }

    /** Whether there is any of it. */
    public boolean hasJetStream() throws InterruptedException {
        return jsz.isThere();
    }

    /** What one account has of it. */
    public JsonOut.Fields jszOfAccount(String name, JszOptions options)
            throws BadQueryException, InterruptedException {
        return jsz.ofAccount(name, options);
    }

    /** Whether the server does what it is there for. */
    public Health healthz(HealthzOptions options) throws InterruptedException {
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

    /** Closes a client's connection, over HTTP. */
    Reply close(Query query) throws BadQueryException, InterruptedException {
        long cid = query.unsigned("cid");
        if (!snapshots.close(cid)) {
            return Reply.text(404, "no client with cid " + cid + "\n");
        }
        log.info("Monitoring closes cid:" + cid);
        return JsonOut.object(out -> out.field("closed", cid));
    }

    /** What accounts do, over HTTP. */
    Reply accstatz(Query query) throws BadQueryException, InterruptedException {
        return accounts.accstatz(query);
    }
}

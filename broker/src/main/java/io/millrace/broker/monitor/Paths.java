package io.millrace.broker.monitor;

import io.millrace.broker.log.ServerLog;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Which endpoint answers which path: one line each. */
public final class Paths implements Answers {
    /** What lists peers or their interest, or counts them one by one. */
    private static final Set<String> LISTS =
            Set.of(
                    "connz",
                    "routez",
                    "subsz",
                    "subscriptionsz",
                    "accountz",
                    "accstatz",
                    "metrics",
                    "slowz",
                    "jsz",
                    "stacksz");

    /** Where the files of the live page are. */
    private static final String PAGE = "page/";

    /** The one that is answered whatever else goes on, but for what JetStream does. */
    private static final String HEALTH = "healthz";

    /** The one that does something. */
    private static final String CLOSE = "close";

    private final RequestCounts requests;
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final StaticPage page;
    private final BooleanSupplier hasJetStream;
    private final Past past;

    /** What every path begins with; ends with a slash. */
    private final String base;

    /**
     * Makes those of a server.
     *
     * @param basePath what stands before each path, with or without slashes around it
     * @param log is told what health checks find
     */
    public Paths(Monitored server, String basePath, ServerLog log) {
        this(server, basePath, new ServerAnswers(server, log));
    }

    /**
     * The same, with answers that others ask for, too.
     *
     * @param basePath what stands before each path, with or without slashes around it
     */
    public Paths(Monitored server, String basePath, ServerAnswers answers) {
        base = base(basePath);
        page = new StaticPage(base);
        hasJetStream = () -> server.options().jetStream().enabled();
        requests = answers.requests();
        Snapshots snapshots = new Snapshots(server);
        Threads threads = new Threads(server);
        Endpoint subsz = object(query -> answers.subsz(SubszOptions.of(query)));

        // The reference's.
        endpoints.put("", page::index);
        endpoints.put("varz", object(_ -> answers.varz()));
        endpoints.put("connz", object(query -> answers.connz(ConnzOptions.of(query))));
        endpoints.put("routez", object(query -> answers.routez(ShownSubscriptions.of(query))));
        endpoints.put("gatewayz", object(query -> answers.gatewayz(GatewayzOptions.of(query))));
        endpoints.put("leafz", object(query -> answers.leafz(LeafzOptions.of(query))));
        endpoints.put("subsz", subsz);
        endpoints.put("subscriptionsz", subsz);
        endpoints.put("stacksz", threads::stacksz);
        endpoints.put("accountz", object(query -> answers.accountz(query.text("acc"))));
        endpoints.put("accstatz", answers::accstatz);
        endpoints.put("jsz", object(query -> answers.jsz(JszOptions.of(query))));
        endpoints.put(HEALTH, query -> healthz(query, answers));
        endpoints.put("ipqueuesz", query -> ipqueuesz(query, answers));
        endpoints.put("raftz", query -> Reply.text(404, "No Raft nodes registered"));
        endpoints.put("debug/vars", DebugVars::get);

        // Ours.
        endpoints.put("metrics", new Metrics(server, snapshots, answers));
        past = new Past(server, snapshots);
        endpoints.put("historyz", new Historyz(server, snapshots, past));
        endpoints.put(CLOSE, answers::close);
        endpoints.put("jvmz", new Jvmz());
        endpoints.put("latencyz", new Latencyz(server.latencies()));
        endpoints.put("busyz", new Busyz(server, snapshots));
        endpoints.put("slowz", new Slowz(server, snapshots));
        endpoints.put("streamz", new Streamz(server, snapshots));
        endpoints.put("threadz", threads::threadz);
    }

    /** Answers with an object, of which nothing is written before all of it is known. */
    private interface Asked {
        JsonOut.Fields by(Query query) throws BadQueryException, InterruptedException;
    }

    private static Endpoint object(Asked asked) {
        return query -> {
            JsonOut.Fields fields = asked.by(query);
            return JsonOut.object(fields::write);
        };
    }

    private static Reply healthz(Query query, ServerAnswers answers)
            throws BadQueryException, InterruptedException {
        Health health = answers.healthz(HealthzOptions.of(query));
        return JsonOut.object(health.status(), false, out -> health.write(out, false));
    }

    /** What every path begins with; begins and ends with a slash. */
    public static String base(String basePath) {
        String normal = Path.of("/", basePath).normalize().toString();
        return normal.endsWith("/") ? normal : normal + '/';
    }

    private static Reply ipqueuesz(Query query, ServerAnswers answers)
            throws BadQueryException, InterruptedException {
        boolean all = query.flag("all");
        return object(_ -> answers.ipqueuesz(all, query.text("queues"))).get(query);
    }

    @Override
    public Reply answer(String path, Query query) throws InterruptedException {
        String name = relative(path);
        if (name == null) {
            return Reply.notFound();
        }
        if (name.startsWith(PAGE)) {
            return page.file(name.substring(PAGE.length()));
        }
        Endpoint endpoint = endpoints.get(name);
        if (endpoint == null) {
            return Reply.notFound();
        }
        requests.count('/' + (name.equals("subscriptionsz") ? "subsz" : name));
        try {
            return endpoint.get(query);
        } catch (BadQueryException e) {
            return Reply.text(400, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean isAction(String path) {
        return CLOSE.equals(relative(path));
    }

    @Override
    public void onTick() throws InterruptedException {
        past.look();
    }

    @Override
    public Effort effort(String path) {
        String name = relative(path);
        if (name == null || !name.startsWith(PAGE) && !endpoints.containsKey(name)) {
            return Effort.NOTHING_THERE;
        }
        if (name.equals(HEALTH)) {
            // JetStream's thread is asked, which may be slow or stuck.
            return hasJetStream.getAsBoolean() ? Effort.SOME : Effort.NONE;
        }
        return LISTS.contains(name) ? Effort.MUCH : Effort.SOME;
    }

    /** What stands behind the base; null if the path isn't below it. */
    private @Nullable String relative(String path) {
        if (base.length() > 1 && path.equals(base.substring(0, base.length() - 1))) {
            return "";
        }
        return path.startsWith(base) ? path.substring(base.length()) : null;
    }

    /** What browsers are told to do with the files of the live page. */
    public static String contentSecurityPolicy() {
        return StaticPage.CONTENT_SECURITY_POLICY;
    }
}

package io.millrace.broker.monitor;

import io.millrace.broker.log.ServerLog;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which endpoint answers which path: one line each. */
public final class Routes implements Answers {
    /** What lists peers or their interest, or counts them one by one. */
    private static final Set<String> LISTS =
            Set.of(
                    "connz",
                    "routez",
                    "subsz",
                    "subscriptionsz",
                    "accountz",
                    "accstatz",
                    "slowz",
                    "stacksz");

    /** Where the files of the live page are. */
    private static final String PAGE = "page/";

    /** The one that is answered whatever else goes on. */
    private static final String HEALTH = "healthz";

    private final RequestCounts requests = new RequestCounts();
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final StaticPage page;

    /** What every path begins with; ends with a slash. */
    private final String base;

    /**
     * Makes the routes of a server.
     *
     * @param basePath what stands before each path, with or without slashes around it
     * @param log is told what health checks find
     */
    public Routes(Monitored server, String basePath, ServerLog log) {
        base = base(basePath);
        page = new StaticPage(base);
        Snapshots snapshots = new Snapshots(server);
        ProcessUsage usage = new ProcessUsage();
        Topology topology = new Topology(snapshots);
        Accounts accounts = new Accounts(server, snapshots);
        Threads threads = new Threads(server);
        Subsz subsz = new Subsz(snapshots);

        // The reference's.
        endpoints.put("", page::index);
        endpoints.put("varz", new Varz(server, snapshots, requests, usage));
        endpoints.put("connz", new Connz(snapshots));
        endpoints.put("routez", new Routez(server, snapshots));
        endpoints.put("gatewayz", topology::gatewayz);
        endpoints.put("leafz", topology::leafz);
        endpoints.put("subsz", subsz);
        endpoints.put("subscriptionsz", subsz);
        endpoints.put("stacksz", threads::stacksz);
        endpoints.put("accountz", accounts::accountz);
        endpoints.put("accstatz", accounts::accstatz);
        endpoints.put("jsz", new Jsz(snapshots));
        endpoints.put(HEALTH, new Healthz(server, log));
        endpoints.put("ipqueuesz", query -> ipqueuesz(query));
        endpoints.put("raftz", query -> Reply.text(404, "No Raft nodes registered"));
        endpoints.put("debug/vars", new DebugVars());

        // Ours.
        endpoints.put("metrics", new Metrics(server, snapshots, usage));
        endpoints.put("latencyz", new Latencyz(server.latencies()));
        endpoints.put("slowz", new Slowz(server, snapshots));
        endpoints.put("threadz", threads::threadz);
    }

    /** What every path begins with; begins and ends with a slash. */
    public static String base(String basePath) {
        String normal = Path.of("/", basePath).normalize().toString();
        return normal.endsWith("/") ? normal : normal + '/';
    }

    private static Reply ipqueuesz(Query query) throws BadQueryException, InterruptedException {
        query.flag("all");
        return JsonOut.object(out -> {});
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
        requests.count('/' + (endpoint instanceof Subsz ? "subsz" : name));
        try {
            return endpoint.get(query);
        } catch (BadQueryException e) {
            return Reply.text(400, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Effort effort(String path) {
        String name = relative(path);
        if (name == null || !name.startsWith(PAGE) && !endpoints.containsKey(name)) {
            return Effort.NOTHING_THERE;
        }
        if (name.equals(HEALTH)) {
            return Effort.NONE;
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

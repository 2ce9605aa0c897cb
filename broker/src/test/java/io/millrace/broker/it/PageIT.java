package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The live page: its files, and what a browser makes of them. */
class PageIT {
    private static final Map<String, String> CONTENT_TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml");

    /** What a file refers to: attributes of HTML, imports of scripts, addresses in styles. */
    private static final Pattern REFERENCE =
            Pattern.compile(
                    "\\s(?:src|href)=\"([^\"]*)\"|from\\s+'([^']*)'|import\\s+'([^']*)'"
                            + "|import\\(\\s*'([^']*)'|url\\(\\s*[\"']?([^\"')]*)"
                            + "|@import\\s+[\"']([^\"']*)");

    /** The name of a kind of XML, which nobody asks for. */
    private static final String SVG = "http://www.w3.org/2000/svg";

    private static final String HOSTILE = "<img src=x onerror=document.title='owned'>";

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> get(URI url) throws Exception {
        return http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeEveryFileThatItsPageRefersToAndReferToNoOtherSite(Mode mode) throws Exception {
        try (NatsServer server =
                Modes.start(mode, options -> options.httpPort(-1).httpBasePath("/ops"))) {
            URI base = URI.create(server.monitorUrl() + "/");
            Deque<URI> files = new ArrayDeque<>(List.of(base));
            Set<URI> seen = new HashSet<>(files);
            while (!files.isEmpty()) {
                URI url = files.remove();
                HttpResponse<String> file = get(url);
                assertThat(file.statusCode()).as("%s", url).isEqualTo(200);
                if (!isOfPage(base, url)) {
                    continue; // an endpoint
                }
                assertThat(file.headers().firstValue("Content-Type"))
                        .as("%s", url)
                        .hasValue(CONTENT_TYPES.get(ending(base, url)));
                assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
                        .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
                        .doesNotContain("unsafe");
                assertThat(file.body().replace(SVG, ""))
                        .as("%s", url)
                        .doesNotContain("://", "\"//");
                for (String reference : references(file.body())) {
                    assertThat(reference).doesNotStartWith("/").doesNotContain(":");
                    URI referred = (url.equals(base) ? base : url).resolve(reference);
                    if (seen.add(referred)) {
                        files.add(referred);
                    }
                }
            }
            assertThat(seen.stream().map(url -> ending(base, url)))
                    .contains("html", "css", "js", "svg");
            assertThat(seen)
                    .contains(
                            base.resolve("page/chart.js"),
                            base.resolve("varz"),
                            base.resolve("slowz"),
                            base.resolve("metrics"));
        }
    }

    private static boolean isOfPage(URI base, URI url) {
        return url.equals(base) || base.relativize(url).getPath().startsWith("page/");
    }

    private static String ending(URI base, URI url) {
        return url.equals(base) ? "html" : url.getPath().replaceFirst(".*\\.", "");
    }

    /** What a file refers to; the base of its links isn't part of that. */
    private static List<String> references(String file) {
        Matcher found = REFERENCE.matcher(file.replaceFirst("<base href=\"[^\"]*\">", ""));
        return found.results()
                .map(
                        each ->
                                Stream.iterate(1, i -> i + 1)
                                        .limit(each.groupCount())
                                        .map(each::group)
                                        .filter(group -> group != null)
                                        .findFirst()
                                        .orElseThrow())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHaveNoScriptInItsPageAndMakeNoMarkupOfText(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.httpPort(-1))) {
            URI base = URI.create(server.monitorUrl() + "/");
            String page = get(base).body();
            assertThat(page)
                    .doesNotContainPattern("<script(?![^>]* src=)|<style|\\s(style|on\\w+)=");
            List<String> scripts =
                    Stream.concat(
                                    Stream.of("page/live.js"),
                                    references(get(base.resolve("page/live.js")).body()).stream()
                                            .map(name -> "page/" + name))
                            .toList();
            assertThat(scripts).hasSizeGreaterThan(1);
            for (String script : scripts) {
                assertThat(get(base.resolve(script)).body())
                        .as(script)
                        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc")
                        .doesNotContain("document.write", "eval(", "Function(", "javascript:");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowTheServerAndItsClientsInABrowser(Mode mode, @TempDir Path folder)
            throws Exception {
        Optional<Path> browser = Browser.find();
        assumeTrue(browser.isPresent(), "no Chromium on this machine");
        try (NatsServer server =
                        Modes.start(mode, options -> options.httpPort(-1).serverName("watched"));
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"name\":\""
                            + HOSTILE
                            + "\"}\r\n"
                            + "SUB a 1\r\nPUB a 2\r\nhi\r\nPING\r\n");
            client.expect("MSG a 1 2\r\nhi\r\nPONG\r\n");
            String page = Browser.rendered(browser.get(), server.monitorUrl() + "/", folder);
            assertThat(page)
                    .contains("<title>watched · Millrace</title>")
                    .contains("<bdi id=\"name\">watched</bdi>")
                    .containsPattern("<p id=\"state\"[^>]*>Live</p>")
                    .contains(">" + HOSTILE.replace("<", "&lt;").replace(">", "&gt;") + "</bdi>")
                    .contains("<dd id=\"connections\">1</dd>", "Nobody is slow")
                    .contains("<dd id=\"in_msgs-note\">1 since start</dd>")
                    .contains("<div hidden=\"\"><dt><a href=\"#routes\">")
                    .containsPattern("id=\"heap-bar\"[^>]* aria-valuenow=\"[1-9]\\d*\"")
                    .containsPattern("id=\"native-note\">[^<]+ of [^<]+iB</p>")
                    .containsPattern("<li><span>connections</span> <span>[^<]+iB</span></li>");
            String debtors = page.substring(page.indexOf("<table id=\"debtors\">"));
            assertThat(debtors.substring(0, debtors.indexOf("</table>")))
                    .contains(
                            "<a href=\"connz?cid=1&amp;subs=detail&amp;state=any\" data-cid=\"1\">")
                    .contains(">" + HOSTILE.replace("<", "&lt;").replace(">", "&gt;") + "</bdi>");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowAccountsInABrowser(Mode mode, @TempDir Path folder) throws Exception {
        Optional<Path> browser = Browser.find();
        assumeTrue(browser.isPresent(), "no Chromium on this machine");
        String accounts =
                "accounts { \"%s\" { users: [{user: a, password: x}],".formatted(HOSTILE)
                        + " limits { max_connections: 5 } } }";
        try (NatsServer server =
                        Modes.start(
                                mode, options -> Configured.into(options.httpPort(-1), accounts));
                RawClient client = new RawClient(server)) {
            client.send(
                    "CONNECT {\"verbose\":false,\"user\":\"a\",\"pass\":\"x\"}\r\n"
                            + "SUB a 1\r\nPUB a 2\r\nhi\r\n");
            client.expect("MSG a 1 2\r\nhi\r\n");
            String page =
                    Browser.rendered(browser.get(), server.monitorUrl() + "/#accounts", folder);
            String panel = page.substring(page.indexOf("<section id=\"accounts-panel\""));
            assertThat(panel.substring(0, panel.indexOf("</section>")))
                    .startsWith("<section id=\"accounts-panel\" data-tab=\"accounts\"")
                    .contains(">" + HOSTILE.replace("<", "&lt;").replace(">", "&gt;") + "</bdi>")
                    .contains("<a href=\"accountz?acc=%3Cimg%20src", ">of 5</bdi>")
                    .contains(">system account</bdi>");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowStreamsAndConsumersInABrowser(Mode mode, @TempDir Path folder) throws Exception {
        Optional<Path> browser = Browser.find();
        assumeTrue(browser.isPresent(), "no Chromium on this machine");
        String store = "jetstream { store_dir: '%s' }".formatted(folder.resolve("store"));
        try (NatsServer server =
                        Modes.start(mode, options -> Configured.into(options.httpPort(-1), store));
                StreamClient client = StreamClient.connect(server.port())) {
            client.create("ORDERS", "\"subjects\":[\"orders\"]");
            client.publish("orders", "hello");
            client.publish("orders", "hello");
            String pull =
                    "{\"stream_name\":\"ORDERS\",\"config\":{\"durable_name\":\"late\","
                            + "\"ack_policy\":\"explicit\",\"max_ack_pending\":1}}";
            client.request("$JS.API.CONSUMER.CREATE.ORDERS.late", pull);
            assertThat(client.fetch("ORDERS", "late", 1)).containsExactly("orders");
            String page =
                    Browser.rendered(browser.get(), server.monitorUrl() + "/#streams", folder);
            assertThat(page)
                    .containsPattern("<section id=\"jetstream-panel\" [^>]*-title\">")
                    .contains("<a href=\"jsz?acc=%24G&amp;stream=ORDERS&amp;streams=1")
                    .contains("<a href=\"jsz?acc=%24G&amp;stream=ORDERS&amp;consumers=1")
                    .contains("1 pending, 1 unacked", ">late</bdi>", ">of ORDERS</bdi>")
                    .contains(">1 subject</bdi>", ">seq 1</bdi>", ">of 1</bdi>")
                    .containsPattern("id=\"store-note\">\\d+ B of [^<]+iB</p>");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldShowRoutesAndClustersThatAreNotConnectedInABrowser(Mode mode, @TempDir Path folder)
            throws Exception {
        Optional<Path> browser = Browser.find();
        assumeTrue(browser.isPresent(), "no Chromium on this machine");
        ClusterOptions.Builder cluster =
                ClusterOptions.builder().name("C").host("127.0.0.1").port(-1);
        GatewayOptions gateway =
                GatewayOptions.builder()
                        .name("C")
                        .host("127.0.0.1")
                        .port(-1)
                        .gateways(List.of(SuperClusters.remote("LOST", "127.0.0.1:1")))
                        .build();
        try (NatsServer first =
                        Modes.start(
                                mode,
                                options ->
                                        options.httpPort(-1)
                                                .cluster(cluster.build())
                                                .gateway(gateway));
                NatsServer second =
                        Modes.start(
                                mode,
                                options -> options.cluster(dialing(cluster, first).build()))) {
            URI routez = URI.create(first.monitorUrl() + "/routez");
            Modes.await(
                    "all routes to " + second.id(),
                    () -> {
                        try {
                            return get(routez).body().contains("\"num_routes\": 4,");
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            assertThat(Browser.rendered(browser.get(), first.monitorUrl() + "/#routes", folder))
                    .contains("<a href=\"#routes\">Routes</a></dt><dd id=\"routes\">4</dd>")
                    .contains(">1–5 of 5</small>", ">" + second.id() + "</bdi>")
                    .containsPattern(
                            "<tbody><tr data-state=\"slow\"><th [^>]+><a href=\"gatewayz\">"
                                    + "<bdi title=\"LOST\">LOST</bdi></a>")
                    .contains(">Not connected</bdi>")
                    .contains("<dd id=\"routes-note\">to 1 other server</dd>");
        }
    }

    private static ClusterOptions.Builder dialing(
            ClusterOptions.Builder cluster, NatsServer other) {
        String url = "nats-route://127.0.0.1:" + other.clusterPort();
        return cluster.routes(List.of(RouteUrl.parse(url)));
    }
}

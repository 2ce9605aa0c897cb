package io.millrace.bench.siege;

import java.util.List;

/** All sieges there are. */
final class Sieges {
    private static final String NARROW = Target.user("narrow");
    private static final String REQUESTING = ",\"headers\":true,\"no_responders\":true";

    /** As long as the small control line of the full ground allows, and quoted at that. */
    private static final String CONTROL = "\u0001".repeat(16_400);

    private static final String DELETES = "\u007f".repeat(RouteConnects.LONG);

    private Sieges() {}

    /** In the order in which they are run. */
    static List<Siege> all() {
        return List.of(
                // --- owed answers
                new UnreadAnswers(
                        "unread-pongs",
                        "a client floods with PING and never reads",
                        "",
                        "",
                        "PING\r\n"),
                new UnreadAnswers(
                        "unread-no-responders",
                        "a client floods with requests that nobody answers and never reads",
                        REQUESTING,
                        "SUB r 1\r\n",
                        "PUB nobody r 0\r\n\r\n"),
                new UnreadAnswers(
                        "unread-oks",
                        "a verbose client floods with messages and never reads",
                        ",\"verbose\":true",
                        "",
                        "PUB nobody 0\r\n\r\n"),
                new UnreadAnswers(
                        "unread-denied-pubs",
                        "a client floods with messages that it may not send and never reads",
                        NARROW,
                        "",
                        "PUB forbidden 0\r\n\r\n"),
                new UnreadAnswers(
                        "unread-denied-subs",
                        "a client floods with subscriptions that it may not have and never reads",
                        NARROW,
                        "",
                        "SUB forbidden 1\r\n"),
                new UnreadAnswers(
                        "unread-invalid-subs",
                        "a client floods with subscriptions of invalid subjects and never reads",
                        "",
                        "",
                        "SUB a..b 1\r\n"),
                new UnreadAnswers(
                        "unread-pedantry",
                        "a pedantic client floods with messages to invalid subjects and never reads",
                        ",\"pedantic\":true",
                        "",
                        "PUB a..b 0\r\n\r\n"),
                // --- lines that the server makes of what it was told
                new RouteConnects(
                        "long-cluster-name",
                        "another server is of a cluster whose name is 59,000 control bytes",
                        "CONNECT {\"name\":\"N\",\"headers\":true,\"cluster\":\""
                                + DELETES
                                + "\"}\r\n"),
                new RouteConnects(
                        "long-gateway-name",
                        "another server is a gateway whose name is 59,000 control bytes",
                        "CONNECT {\"name\":\"N\",\"headers\":true,\"gateway\":\""
                                + DELETES
                                + "\"}\r\n"),
                new UnreadAnswers(
                        "long-denied-pubs",
                        "a client sends to forbidden subjects of 16,400 control bytes",
                        NARROW,
                        "",
                        "PUB " + CONTROL + " 0\r\n\r\n"),
                new UnreadAnswers(
                        "long-denied-subs",
                        "a client subscribes to forbidden subjects of 16,400 control bytes",
                        NARROW,
                        "",
                        "SUB " + CONTROL + " 1\r\n"),
                new RouteInfos(
                        "long-connect-urls",
                        "another server tells of a client URL of 60,000 angle brackets",
                        "peer",
                        ",\"connect_urls\":[\"" + "<".repeat(60_000) + ":4222\"]",
                        0),
                new RouteInfos(
                        "long-gossip",
                        "another server is told of that has a name of 20,000 angle brackets",
                        "<".repeat(20_000),
                        ",\"ip\":\"nats-route://127.0.0.1:9/\"",
                        0),
                // --- interest that is found for each subject
                new WideInterest(
                        "wide-500", "500 subscriptions match each of 124,000 subjects", 500, false),
                new WideInterest(
                        "wide-5000",
                        "5,000 subscriptions match each of 124,000 subjects",
                        5_000,
                        false),
                new WideInterest(
                        "wide-queues",
                        "5,000 queue groups match each of 124,000 subjects",
                        5_000,
                        true),
                new StaleResults(
                        "stale-wildcard",
                        "a wildcard subscription is replaced by the next without end",
                        "w.*",
                        "w.a"),
                new StaleResults(
                        "stale-literal",
                        "a subscription is replaced by the next without end",
                        "w.a",
                        "w.a"),
                // --- interest that is kept
                new MuchInterest(
                        "many-tokens",
                        "1,000 subscriptions have 2,000 tokens each",
                        Ground.FULL,
                        1_000,
                        i -> "SUB t" + i + ".a".repeat(1_999) + " " + i + "\r\n"),
                new MuchInterest(
                        "long-subjects",
                        "21,600 subscriptions have subjects of 4 KB",
                        Ground.FULL,
                        21_600,
                        i -> "SUB s" + i + "x".repeat(4_060) + " " + i + "\r\n"),
                new MuchInterest(
                        "long-sids",
                        "29,600 subscriptions have sids of 4 KB",
                        Ground.FULL,
                        29_600,
                        i -> "SUB a " + i + "x".repeat(4_060) + "\r\n"),
                new MuchInterest(
                        "many-subscriptions",
                        "590,000 short subscriptions are made",
                        Ground.ALONE,
                        590_000,
                        i -> "SUB many." + i + " " + i + "\r\n"),
                new MuchInterest(
                        "many-subscriptions-clustered",
                        "590,000 short subscriptions are made at a server of a cluster",
                        Ground.FULL,
                        590_000,
                        i -> "SUB many." + i + " " + i + "\r\n"),
                new MuchInterest(
                        "queues-in-turn",
                        "50,000 queue groups are made on one subject with a message after each",
                        Ground.FULL,
                        50_000,
                        i -> "SUB jobs g" + i + " " + i + "\r\nPUB jobs 0\r\n\r\n"),
                // --- what is begun
                new Promises(
                        "promises",
                        "500 clients begin a message of a megabyte and stop after 16 bytes",
                        true,
                        "PUB a 1048576\r\n0123456789abcdef",
                        false),
                new Promises("one-byte", "500 clients send one byte and stop", false, "C", false),
                new Promises(
                        "dripping",
                        "500 clients send a message at one byte a second",
                        true,
                        "PUB a 1048576\r\n",
                        true),
                new HalfHandshakes(),
                // --- other servers
                new Bombs(
                        "bombs",
                        "58 servers send compressed blocks that become 4 MiB of zeros",
                        "\0",
                        true),
                new Bombs(
                        "bombs-of-pings",
                        "58 servers send compressed blocks that become 700,000 PINGs each",
                        "PING\r\n",
                        true),
                new Bombs("half-blocks", "58 servers send blocks but for the last byte", "", false),
                new RouteFlood(
                        "route-subjects",
                        "another server tells of subjects without end",
                        i -> "RS+ $G far." + i + "\r\n",
                        true),
                new RouteFlood(
                        "route-long-subjects",
                        "another server tells of subjects of 4 KB without end",
                        i -> "RS+ $G far." + i + "x".repeat(4_000) + "\r\n",
                        true),
                new RouteFlood(
                        "route-accounts",
                        "another server tells of accounts without end",
                        i -> "RS+ A" + i + " far\r\n",
                        true),
                new RouteFlood(
                        "route-queues",
                        "another server tells of queue groups without end",
                        i -> "RS+ $G far q" + i + " 1\r\n",
                        true),
                new RouteFlood(
                        "route-pings",
                        "another server floods with PING and never reads",
                        _ -> "PING\r\n",
                        false),
                new RouteFlood(
                        "gossiped-servers",
                        "another server tells of servers without end",
                        i ->
                                Target.routeInfo(
                                        "NG" + i,
                                        "g" + i,
                                        ",\"ip\":\"nats-route://127."
                                                + (i >> 16 & 0xFF)
                                                + "."
                                                + (i >> 8 & 0xFF)
                                                + "."
                                                + (i & 0xFF)
                                                + ":9/\""),
                        true),
                new RouteInfos(
                        "gossiped-urls",
                        "25 servers and always another one tell of 4,000 client URLs each",
                        "urls",
                        ",\"connect_urls\":[" + urls(4_000) + "]",
                        25),
                // --- permissions and passwords
                new OpenRequests(),
                new WrongPasswords(),
                // --- monitoring
                new Readers("idle-readers", "128 readers of pages connect and ask nothing", "", 1),
                new Readers(
                        "half-requests",
                        "128 readers of pages ask half a question",
                        "GET /connz?subs=1 HTTP/1.1\r\nHost: lo",
                        1),
                new Readers(
                        "huge-limits",
                        "128 readers ask for pages without a limit",
                        "GET /connz?subs=1&limit=2147483647 HTTP/1.1\r\nHost: x\r\n\r\n",
                        1),
                new Readers(
                        "unread-connz",
                        "128 readers ask for all subscriptions of clients and don't read",
                        "GET /connz?subs=1 HTTP/1.1\r\nHost: x\r\n\r\n",
                        0),
                new Readers(
                        "unread-subsz",
                        "128 readers ask for all subscriptions and don't read",
                        "GET /subsz?subs=1&limit=100000 HTTP/1.1\r\nHost: x\r\n\r\n",
                        0),
                // --- the log
                new Refusals(
                        "logged-refusals",
                        "a client is refused without end, with a line in the log each time",
                        Ground.FULL,
                        "PUB forbidden 0\r\n\r\n"),
                new Refusals(
                        "unread-log",
                        "nobody reads standard error while everything is traced",
                        Ground.UNREAD_LOG,
                        "PUB narrow.way 0\r\n\r\nPUB forbidden 0\r\n\r\n"),
                // --- comings and goings
                new Leaving(),
                new Churn(),
                new Signals("reloads", "the server reloads during a flood again and again", "HUP"),
                new Signals("lame-duck", "the server goes lame during a flood and ends", "USR2"),
                new Signals("termination", "the server is ended during a flood", "TERM"));
    }

    private static String urls(int count) {
        StringBuilder urls = new StringBuilder();
        for (int i = 0; i < count; i++) {
            urls.append(i == 0 ? "\"" : ",\"").append("h").append(i).append(":4222\"");
        }
        return urls.toString();
    }
}

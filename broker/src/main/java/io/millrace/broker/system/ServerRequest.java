package io.millrace.broker.system;

import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.ConnzOptions;
import io.millrace.broker.monitor.GatewayzOptions;
import io.millrace.broker.monitor.Health;
import io.millrace.broker.monitor.HealthzOptions;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.monitor.JszOptions;
import io.millrace.broker.monitor.LeafzOptions;
import io.millrace.broker.monitor.Page;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.monitor.ShownSubscriptions;
import io.millrace.broker.monitor.SubszOptions;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What can be asked of a server: a name, the options it takes, and who answers.
 *
 * @param name the last token of the subject
 * @param options of the request's body
 */
record ServerRequest(String name, OptionNames options, Answer answer) {
    /** All that answer in the common envelope. */
    static List<ServerRequest> all(ServerAnswers answers) {
        return List.of(
                new ServerRequest(
                        "VARZ",
                        new OptionNames("VarzEventOptions", "VarzOptions"),
                        _ -> answers.varz()),
                new ServerRequest("SUBSZ", subsz(), asked -> answers.subsz(subsz(asked))),
                new ServerRequest("CONNZ", connz(), asked -> answers.connz(connz(asked))),
                new ServerRequest(
                        "ROUTEZ",
                        new OptionNames("RoutezEventOptions", "RoutezOptions")
                                .with(OptionKind.FLAG, "subscriptions", "subscriptions_detail"),
                        asked -> answers.routez(subscriptions(asked))),
                new ServerRequest(
                        "GATEWAYZ",
                        new OptionNames("GatewayzEventOptions", "GatewayzOptions")
                                .with(OptionKind.TEXT, "name", "account_name")
                                .with(OptionKind.FLAG, "accounts")
                                .with(OptionKind.FLAG, "subscriptions", "subscriptions_detail"),
                        asked -> answers.gatewayz(gatewayz(asked))),
                new ServerRequest(
                        "LEAFZ",
                        leafz(),
                        asked ->
                                answers.leafz(
                                        new LeafzOptions(
                                                asked.flag("subscriptions"),
                                                asked.text("account")))),
                new ServerRequest(
                        "ACCOUNTZ",
                        new OptionNames("AccountzEventOptions", "AccountzOptions")
                                .with(OptionKind.TEXT, "account"),
                        asked -> answers.accountz(asked.text("account"))),
                new ServerRequest("JSZ", jsz(), asked -> jsz(asked, answers)),
                new ServerRequest("HEALTHZ", healthz(), asked -> healthz(asked, answers)),
                new ServerRequest(
                        "EXPVARZ",
                        new OptionNames("ExpvarzEventOptions", ""),
                        _ -> answers.expvarz()),
                new ServerRequest(
                        "IPQUEUESZ",
                        new OptionNames("IpqueueszEventOptions", "IpqueueszOptions")
                                .with(OptionKind.FLAG, "all")
                                .with(OptionKind.TEXT, "filter"),
                        asked -> answers.ipqueuesz(asked.flag("all"), asked.text("filter"))),
                new ServerRequest(
                        "PROFILEZ",
                        new OptionNames("ProfilezEventOptions", "ProfilezOptions")
                                .with(OptionKind.TEXT, "name")
                                .with(OptionKind.NUMBER, "debug")
                                .with(OptionKind.DURATION, "duration"),
                        asked -> profilez(asked.text("name"))),
                new ServerRequest(
                        "RAFTZ",
                        new OptionNames("RaftzEventOptions", "RaftzOptions")
                                .with(OptionKind.TEXT, "account", "group"),
                        // There are no groups, of whatever account.
                        _ -> out -> {}));
    }

    /** Profiles are Go's; a JVM has none of these. */
    private static JsonOut.Fields profilez(String name) {
        String error =
                name.isEmpty()
                        ? "Profile name not specified"
                        : "Profile \"" + name + "\" not found";
        return out -> out.nothing("profile").field("error", error);
    }

    static OptionNames subsz() {
        return new OptionNames("SubszEventOptions", "SubszOptions")
                .with(OptionKind.NUMBER, "offset", "limit")
                .with(OptionKind.FLAG, "subscriptions")
                .with(OptionKind.TEXT, "account", "test");
    }

    static SubszOptions subsz(RequestOptions asked) {
        return new SubszOptions(
                asked.flag("subscriptions"),
                page(asked),
                asked.text("account"),
                asked.text("test"));
    }

    static OptionNames connz() {
        return new OptionNames("ConnzEventOptions", "ConnzOptions")
                .with(OptionKind.SORT, "sort")
                .with(OptionKind.FLAG, "auth", "subscriptions", "subscriptions_detail")
                .with(OptionKind.NUMBER, "offset", "limit")
                .with(OptionKind.UNSIGNED, "cid")
                .with(OptionKind.STATE, "state")
                .with(OptionKind.TEXT, "mqtt_client", "user", "acc", "filter_subject");
    }

    private static ConnzOptions connz(RequestOptions asked) {
        return connz(asked, asked.text("acc"));
    }

    /**
     * What is asked for, of one account only.
     *
     * @param account its name; empty for all
     */
    static ConnzOptions connz(RequestOptions asked, String account) {
        return new ConnzOptions(
                ConnzOptions.State.of(asked.number("state")),
                asked.text("sort"),
                page(asked),
                subscriptions(asked),
                asked.flag("auth"),
                asked.number("cid"),
                asked.text("mqtt_client"),
                asked.text("user"),
                account,
                asked.text("filter_subject"),
                "");
    }

    private static GatewayzOptions gatewayz(RequestOptions asked) {
        return new GatewayzOptions(
                asked.text("name"),
                asked.flag("accounts"),
                asked.text("account_name"),
                subscriptions(asked));
    }

    static OptionNames leafz() {
        return new OptionNames("LeafzEventOptions", "LeafzOptions")
                .with(OptionKind.TEXT, "account")
                .with(OptionKind.FLAG, "subscriptions");
    }

    static OptionNames jsz() {
        return new OptionNames("JszEventOptions", "JSzOptions")
                .with(OptionKind.TEXT, "account")
                .with(OptionKind.FLAG, "accounts", "streams", "consumer", "direct_consumer")
                .with(OptionKind.FLAG, "config", "leader_only", "raft", "stream_leader_only")
                .with(OptionKind.NUMBER, "offset", "limit");
    }

    private static OptionNames healthz() {
        return new OptionNames("HealthzEventOptions", "HealthzOptions")
                .with(OptionKind.FLAG, "js-enabled", "js-enabled-only")
                .with(OptionKind.FLAG, "js-server-only", "js-meta-only", "details")
                .with(OptionKind.TEXT, "account", "stream", "consumer");
    }

    private static JsonOut.@Nullable Fields jsz(RequestOptions asked, ServerAnswers answers)
            throws BadQueryException, InterruptedException {
        JszOptions options = jszOptions(asked);
        // Who leads nothing leaves the answer to others.
        return options.leaderOnly() && !answers.hasJetStream() ? null : answers.jsz(options);
    }

    static JszOptions jszOptions(RequestOptions asked) {
        return new JszOptions(
                asked.text("account"),
                asked.flag("accounts"),
                asked.flag("streams"),
                asked.flag("consumer"),
                asked.flag("direct_consumer"),
                asked.flag("config"),
                asked.flag("leader_only"),
                asked.flag("raft"),
                JszOptions.page(asked.number("offset"), asked.number("limit")),
                "");
    }

    private static JsonOut.Fields healthz(RequestOptions asked, ServerAnswers answers)
            throws InterruptedException {
        HealthzOptions options =
                new HealthzOptions(
                        asked.flag("js-enabled"),
                        asked.flag("js-enabled-only"),
                        asked.flag("js-server-only"),
                        asked.text("account"),
                        asked.text("stream"),
                        asked.text("consumer"),
                        asked.flag("details"));
        Health health = answers.healthz(options);
        return out -> health.write(out, true);
    }

    private static Page page(RequestOptions asked) {
        return Page.of(asked.number("offset"), asked.number("limit"));
    }

    private static ShownSubscriptions subscriptions(RequestOptions asked) {
        return ShownSubscriptions.of(
                asked.flag("subscriptions"), asked.flag("subscriptions_detail"));
    }
}

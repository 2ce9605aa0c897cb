package io.millrace.broker.monitor;

import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.jetstream.view.AccountView;
import io.millrace.broker.jetstream.view.ApiCalls;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.Detail;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.jetstream.view.Part;
import io.millrace.broker.jetstream.view.StreamState;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.jetstream.view.Totals;
import io.millrace.broker.jetstream.view.Usage;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.ServerInfo;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code jsz}: JetStream, its accounts, their streams and consumers. A single server leads all of
 * them.
 */
final class Jsz {
    private final Monitored server;
    private final Snapshots snapshots;

    Jsz(Monitored server, Snapshots snapshots) {
        this.server = server;
        this.snapshots = snapshots;
    }

    boolean isThere() throws InterruptedException {
        return server.jetStream(Look.at(Detail.TOTALS)).isPresent();
    }

    private Optional<JetStreamView> look(Part part, boolean withStreams, JszOptions asked)
            throws BadQueryException, InterruptedException {
        Detail streams = asked.consumers() ? Detail.CONSUMERS : Detail.TIMES;
        Detail detail = withStreams ? streams : Detail.TOTALS;
        Optional<JetStreamView> found = server.jetStream(Look.at(detail, part));
        if (found.filter(JetStreamView::isCut).isPresent()) {
            throw new BadQueryException(
                    "more than "
                            + JetStreamView.MOST_CONSUMERS
                            + " consumers; ask for less, with acc, stream, limit and offset");
        }
        return found;
    }

    private static Part part(JszOptions asked) {
        Page page = asked.page();
        return new Part(
                asked.account(),
                page.offset(),
                asked.showsAccounts() ? page.limit() : 0,
                asked.stream(),
                "");
    }

    /**
     * The answer.
     *
     * @throws BadQueryException if only who leads is asked, and there is nothing to lead
     */
    JsonOut.Fields answer(JszOptions asked) throws BadQueryException, InterruptedException {
        ServerInfo info = snapshots.info();
        Optional<JetStreamView> found = look(part(asked), asked.showsStreams(), asked);
        if (found.isEmpty()) {
            if (asked.leaderOnly()) {
                throw new BadQueryException("filtered response: not leader");
            }
            return out -> disabled(out, info);
        }
        JetStreamOptions options = server.options().jetStream();
        return out -> write(out, info, found.get(), options, asked);
    }

    /**
     * One account alone; of its streams only if these are asked for themselves, and not just their
     * consumers, as there.
     *
     * @throws BadQueryException if there is none, or without JetStream
     */
    JsonOut.Fields ofAccount(String name, JszOptions asked)
            throws BadQueryException, InterruptedException {
        JetStreamView view =
                look(new Part(name, 0, 0, "", ""), asked.streams(), asked)
                        .orElseThrow(() -> new BadQueryException("jetstream not enabled"));
        Optional<AccountView> account = view.account(name);
        if (account.isEmpty()) {
            throw new BadQueryException(
                    "account \""
                            + Quoted.utf8(name)
                            + '"'
                            + (snapshots.hasAccount(name)
                                    ? " not jetstream enabled"
                                    : " not found"));
        }
        String leader = snapshots.info().serverName();
        return out -> account(out, account.get(), leader, asked);
    }

    private static void disabled(JsonOut out, ServerInfo info) throws IOException {
        JetStreamJson.stats(out, Usage.NONE, ApiCalls.NONE);
        out.field("server_id", info.serverId())
                .field("now", Instant.now())
                .field("disabled", true)
                .object("config", config -> config.field("max_memory", 0).field("max_storage", 0));
        totals(out, Totals.NONE, false);
        out.field("total", 0);
    }

    private static void write(
            JsonOut out,
            ServerInfo info,
            JetStreamView view,
            JetStreamOptions options,
            JszOptions asked)
            throws IOException {
        JetStreamJson.stats(out, view);
        out.field("server_id", info.serverId())
                .field("now", Instant.now())
                .object("config", config -> JetStreamJson.config(config, view, options, true))
                .object("limits", limits -> JetStreamJson.limits(limits, options.limits()));
        totals(out, view.totals(), asked.raft());
        List<AccountView> shown = shown(view, asked);
        if (!shown.isEmpty()) {
            out.objects(
                    "account_details",
                    shown,
                    (each, account) -> account(each, account, info.serverName(), asked));
        }
        out.field("total", view.totals().accounts());
    }

    private static void totals(JsonOut out, Totals totals, boolean leaders) throws IOException {
        out.field("streams", totals.streams());
        if (leaders) {
            out.some("streams_leader", totals.streams());
        }
        out.field("consumers", totals.consumers());
        if (leaders) {
            out.some("consumers_leader", totals.consumers());
        }
        out.field("messages", totals.messages()).field("bytes", totals.bytes());
    }

    /** The account that is asked for goes before all. */
    private static List<AccountView> shown(JetStreamView view, JszOptions asked) {
        Optional<AccountView> one = view.account(asked.account());
        if (one.isPresent()) {
            return List.of(one.get());
        }
        return asked.showsAccounts() ? asked.page().of(view.accounts()) : List.of();
    }

    private static void account(JsonOut out, AccountView account, String leader, JszOptions asked)
            throws IOException {
        out.field("name", account.name()).field("id", account.name());
        JetStreamJson.stats(out, account.usage(), account.api());
        if (asked.showsStreams() && !account.streams().isEmpty()) {
            out.objects(
                    "stream_detail",
                    account.streams(),
                    (each, stream) -> stream(each, stream, leader, asked));
        }
    }

    private static void stream(JsonOut out, StreamView stream, String leader, JszOptions asked)
            throws IOException {
        out.field("name", stream.name())
                .field("created", stream.created())
                .object("cluster", cluster -> cluster.field("leader", leader));
        if (asked.config()) {
            out.copied("config", stream.config().get());
        }
        out.object("state", state -> state(state, stream.state()));
        consumers(out, "consumer_detail", stream, false, asked.config());
        if (asked.directConsumers()) {
            consumers(out, "direct_consumer_detail", stream, true, asked.config());
        }
        if (!stream.copies().mirror().isEmpty()) {
            out.copied("mirror", stream.copies().mirror().getFirst().json().get());
        }
        if (!stream.copies().sources().isEmpty()) {
            out.copied(
                    "sources",
                    stream.copies().sources().stream()
                            .map(each -> each.json().get())
                            .collect(Collectors.joining(",", "[", "]")));
        }
    }

    /**
     * Those that a server made for copying stand by themselves; all in the order they were made.
     */
    private static void consumers(
            JsonOut out, String name, StreamView stream, boolean forCopying, boolean withConfig)
            throws IOException {
        List<ConsumerView> its =
                stream.consumers().stream()
                        .filter(each -> each.isForCopying() == forCopying)
                        .sorted(Comparator.comparing(ConsumerView::created))
                        .toList();
        if (!its.isEmpty()) {
            out.objects(name, its, (each, one) -> ConsumerJson.write(each, one, withConfig));
        }
    }

    private static void state(JsonOut out, StreamState state) throws IOException {
        out.field("messages", state.messages())
                .field("bytes", state.bytes())
                .field("first_seq", state.firstSequence())
                .field("first_ts", state.firstTime())
                .field("last_seq", state.lastSequence())
                .field("last_ts", state.lastTime())
                .some("num_subjects", state.subjects())
                .some("num_deleted", state.deleted())
                .field("consumer_count", state.consumers());
    }
}

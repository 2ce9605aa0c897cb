package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.AccountView;
import io.millrace.broker.jetstream.view.ApiCalls;
import io.millrace.broker.jetstream.view.Buckets;
import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.ConsumerView;
import io.millrace.broker.jetstream.view.CopiesView;
import io.millrace.broker.jetstream.view.InAccount;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.LogView;
import io.millrace.broker.jetstream.view.StreamBounds;
import io.millrace.broker.jetstream.view.StreamState;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.jetstream.view.Totals;
import io.millrace.broker.jetstream.view.Usage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The JetStream that nats-server 2.15.2 had when the tests' answers were taken from it. */
public final class StoredView {
    private static final String MEM =
            "{\"name\":\"MEM\",\"subjects\":[\"mem.*\"],\"retention\":\"limits\","
                    + "\"max_consumers\":-1,\"consumer_limits\":{},\"sealed\":false}";

    private StoredView() {}

    static StreamView memory() {
        return new StreamView(
                "MEM",
                Instant.parse("2026-11-26T22:23:00.103708911Z"),
                () -> MEM,
                StreamBounds.NONE,
                new StreamState(
                        1,
                        22,
                        1,
                        Instant.parse("2026-11-26T22:23:00.170604851Z"),
                        1,
                        Instant.parse("2026-11-26T22:23:00.170604851Z"),
                        1,
                        0,
                        0),
                CopiesView.NONE,
                0,
                List.of(),
                Optional.empty());
    }

    static StreamView orders(String offline) {
        return new StreamView(
                "ORDERS",
                Instant.parse("2026-11-26T22:23:00.082461808Z"),
                () -> "{\"name\":\"ORDERS\"}",
                StreamBounds.NONE,
                new StreamState(
                        3,
                        132,
                        1,
                        Instant.parse("2026-11-26T22:23:00.122403642Z"),
                        3,
                        Instant.parse("2026-11-26T22:23:00.156364119Z"),
                        3,
                        0,
                        1),
                CopiesView.NONE,
                4,
                List.of(pull(), copying()),
                offline.isEmpty() ? Optional.empty() : Optional.of(offline));
    }

    static JetStreamView of(String offline, LogView log) {
        return new JetStreamView(
                1_073_741_824,
                2_147_483_648L,
                "/var/lib/nats/jetstream",
                5,
                new Usage(22, 132, 0, 0),
                new ApiCalls(7, 1, 0),
                new Totals(2, 2, 1, 4, 154),
                log,
                List.of(
                        new AccountView(
                                "A",
                                new Usage(22, 132, -1, -1),
                                new ApiCalls(7, 1, 0),
                                List.of(memory(), orders(offline))),
                        new AccountView(
                                "B",
                                new Usage(0, 0, 1_048_576, 2_097_152),
                                ApiCalls.NONE,
                                List.of())),
                new Busiest(
                        List.of(new InAccount<>("A", orders(offline))),
                        List.of(new InAccount<>("A", pull())),
                        2,
                        3,
                        1,
                        7,
                        4),
                false);
    }

    /** A consumer that has delivered some, of which not all are acknowledged. */
    static ConsumerView pull() {
        return consumer(
                "pull",
                false,
                Optional.of(Instant.parse("2026-11-27T06:16:37.528411739Z")),
                List.of(new ConsumerView.Group("g1", "", StreamState.NEVER)),
                Optional.of(
                        new ConsumerView.Oldest(
                                1, 2, Instant.parse("2026-11-27T06:16:30.000000001Z"))));
    }

    private static ConsumerView copying() {
        return consumer("JS_SRC_1", true, Optional.empty(), List.of(), Optional.empty());
    }

    private static ConsumerView consumer(
            String name,
            boolean isForCopying,
            Optional<Instant> last,
            List<ConsumerView.Group> groups,
            Optional<ConsumerView.Oldest> oldest) {
        return new ConsumerView(
                "ORDERS",
                name,
                Instant.parse("2026-11-27T06:16:36.649424870Z"),
                "a \"quoted\" one",
                () -> "{\"durable_name\":\"" + name + "\",\"ack_wait\":30000000000}",
                isForCopying,
                isForCopying,
                new ConsumerView.Position(4, 4, last),
                new ConsumerView.Position(0, 0, Optional.empty()),
                3,
                1000,
                1,
                7,
                2,
                isForCopying,
                isForCopying ? 0 : 5_000_000_000L,
                Instant.parse("2026-11-27T06:16:37.551796890Z"),
                groups,
                oldest);
    }

    /** The same, with more consumers than are listed. */
    static JetStreamView cut() {
        JetStreamView view = withoutStreams(healthy());
        return new JetStreamView(
                view.maxMemoryBytes(),
                view.maxStoreBytes(),
                view.storeDir(),
                view.apiLevel(),
                view.usage(),
                view.api(),
                view.totals(),
                view.log(),
                view.accounts(),
                view.busiest(),
                true);
    }

    public static JetStreamView healthy() {
        return of("", LogView.EMPTY);
    }

    static LogView faulty(String why) {
        return new LogView(
                900,
                800,
                700,
                100,
                new Buckets(List.of(0.001, 0.01), List.of(5L, 3L, 1L), 0.5),
                new Buckets(List.of(1.0, 8.0), List.of(2L, 2L, 0L), 20),
                Buckets.EMPTY,
                Optional.of(why));
    }

    static JetStreamView withoutStreams(JetStreamView view) {
        return new JetStreamView(
                view.maxMemoryBytes(),
                view.maxStoreBytes(),
                view.storeDir(),
                view.apiLevel(),
                view.usage(),
                view.api(),
                view.totals(),
                view.log(),
                view.accounts().stream()
                        .map(
                                each ->
                                        new AccountView(
                                                each.name(), each.usage(), each.api(), List.of()))
                        .toList(),
                view.busiest(),
                view.isCut());
    }
}

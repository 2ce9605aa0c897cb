package io.millrace.broker.monitor;

import io.millrace.broker.jetstream.view.AccountView;
import io.millrace.broker.jetstream.view.Detail;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.jetstream.view.Part;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.protocol.Quoted;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * JetStream's part of {@code healthz}: whether it is there, its log takes what comes, and each of
 * its streams can be used. A thread that may wait.
 */
final class JetStreamHealth {
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    private static final String WORD = "unavailable";

    private final Monitored server;

    JetStreamHealth(Monitored server) {
        this.server = server;
    }

    Health of(HealthzOptions asked) throws InterruptedException {
        boolean switchOnly = asked.jsEnabledOnly() || asked.jsEnabled();
        Optional<JetStreamView> view;
        try {
            view = server.jetStream(switchOnly ? Look.at(Detail.TOTALS) : look(asked));
        } catch (IllegalStateException e) {
            return health(UNAVAILABLE, asked, whole("JetStream does not answer"));
        }
        if (view.isEmpty()) {
            return health(UNAVAILABLE, asked, whole("JetStream not enabled (10076)"));
        }
        return switchOnly ? Health.OK : assets(view.get(), asked);
    }

    private static Look look(HealthzOptions asked) {
        return Look.at(
                Detail.STREAMS,
                new Part(
                        asked.account(),
                        0,
                        asked.account().isEmpty() ? Long.MAX_VALUE : 0,
                        asked.stream(),
                        asked.consumer()));
    }

    private static Health assets(JetStreamView view, HealthzOptions asked) {
        List<Health.Problem> problems = new ArrayList<>();
        view.log().fault().ifPresent(fault -> problems.add(whole("JetStream log: " + fault)));
        boolean isOne = !asked.account().isEmpty();
        Optional<AccountView> one = view.account(asked.account());
        if (isOne && one.isEmpty()) {
            String error = "JetStream account " + quoted(asked.account()) + " not found";
            return missing(asked, new Health.Problem("ACCOUNT", asked.account(), "", "", error));
        }
        List<AccountView> accounts = isOne ? List.of(one.get()) : view.accounts();
        boolean found = asked.stream().isEmpty();
        boolean hasConsumer = asked.consumer().isEmpty();
        for (AccountView account : accounts) {
            for (StreamView stream : account.streams()) {
                if (asked.stream().isEmpty() || asked.stream().equals(stream.name())) {
                    found = true;
                    hasConsumer |= has(stream, asked.consumer());
                    offline(account.name(), stream).ifPresent(problems::add);
                }
            }
        }
        if (!found) {
            return missing(asked, noStream(asked));
        }
        if (!hasConsumer) {
            return missing(asked, noConsumer(asked));
        }
        return problems.isEmpty()
                ? Health.OK
                : new Health(UNAVAILABLE, WORD, List.copyOf(problems), asked.details());
    }

    private static boolean has(StreamView stream, String consumer) {
        return stream.consumers().stream().anyMatch(each -> each.name().equals(consumer));
    }

    private static Optional<Health.Problem> offline(String account, StreamView stream) {
        return stream.offline()
                .map(
                        why ->
                                new Health.Problem(
                                        "STREAM",
                                        account,
                                        stream.name(),
                                        "",
                                        "JetStream stream '"
                                                + account
                                                + " > "
                                                + stream.name()
                                                + "' could not be recovered: "
                                                + why));
    }

    private static Health.Problem noStream(HealthzOptions asked) {
        return new Health.Problem(
                "STREAM",
                asked.account(),
                asked.stream(),
                "",
                "JetStream stream "
                        + quoted(asked.stream())
                        + " not found on account "
                        + quoted(asked.account()));
    }

    private static Health.Problem noConsumer(HealthzOptions asked) {
        return new Health.Problem(
                "CONSUMER",
                asked.account(),
                asked.stream(),
                asked.consumer(),
                "JetStream consumer "
                        + quoted(asked.consumer())
                        + " not found for stream "
                        + quoted(asked.stream())
                        + " on account "
                        + quoted(asked.account()));
    }

    private static String quoted(String text) {
        return '"' + Quoted.utf8(text) + '"';
    }

    private static Health.Problem whole(String error) {
        return new Health.Problem("JETSTREAM", "", "", "", error);
    }

    private static Health missing(HealthzOptions asked, Health.Problem problem) {
        return health(NOT_FOUND, asked, problem);
    }

    private static Health health(int status, HealthzOptions asked, Health.Problem problem) {
        return new Health(status, WORD, List.of(problem), asked.details());
    }
}

package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Route;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What seldom happens to messages between accounts, too seldom for graphs at random. */
class AccountCrossingTest {
    private static final AccountOptions NOTHING = AccountOptions.named("");
    private static final Pattern REPLY = Pattern.compile("_R_\\.[^ ]+");

    private final RouterFixture fixture =
            RouterFixture.clustered(ServerLog.discarding(), 1, 1, Set.of(), Set.of());
    private final Router router = fixture.router;
    private final NativeBlock memory = NativeBlock.allocate(64 * 1024);
    private Client asking;
    private Client answering;
    private long lastCid;

    /** Two accounts ask a third, which exports all it has. */
    @BeforeEach
    void share() {
        share(List.of(new ServiceImport("S", "ask", "ask", false)));
        asking = in("A");
        answering = in("S");
        say(asking, "SUB in.> 1\r\n");
        say(answering, "SUB ask 1\r\n");
        heard(asking);
        heard(answering);
    }

    private void share(List<ServiceImport> asked) {
        ServiceExport service =
                new ServiceExport(
                        "ask",
                        Access.PUBLIC,
                        ResponseType.STREAM,
                        ServiceExport.DEFAULT_THRESHOLD,
                        null,
                        false);
        router.onAccounts(
                List.of(
                        plan("S", List.of(service), List.of(), List.of()),
                        plan("A", List.of(), asked, List.of()),
                        plan(
                                "B",
                                List.of(),
                                List.of(new ServiceImport("S", "ask", "ask", false)),
                                List.of(
                                        new StreamImport("S", "news", "news.one", false),
                                        new StreamImport("S", "news", "news.two", false)))));
    }

    private static AccountPlan plan(
            String name,
            List<ServiceExport> services,
            List<ServiceImport> asked,
            List<StreamImport> streams) {
        return AccountPlan.of(
                new AccountOptions(
                        name,
                        "",
                        List.of(new StreamExport("news", Access.PUBLIC)),
                        services,
                        streams,
                        asked,
                        List.of(),
                        NOTHING.limits(),
                        null));
    }

    @AfterEach
    void close() {
        fixture.close();
        memory.close();
    }

    private Client in(String account) {
        return fixture.connected(
                ++lastCid, account, new RouterFixture.CountingPeer(), fixture.queue());
    }

    private void say(Client client, String commands) {
        RouterFixture.say(router, client, new CommandParser(4096, 1024), commands, memory);
        router.flush(0);
    }

    private static String heard(Client client) {
        String heard = new String(OutboundBytes.take(client.peer.outbound), ISO_8859_1);
        return heard.replaceAll("INFO .*\r\n", "");
    }

    private String ask() {
        say(asking, "PUB ask in.1 1\r\n?\r\n");
        Matcher reply = REPLY.matcher(heard(answering));
        assertThat(reply.find()).isTrue();
        return reply.group();
    }

    @Test
    void shouldGiveASubscriptionNoMoreThanItWantsHoweverManyImportsBringIt() {
        Client reading = in("B");
        say(reading, "SUB news.* 1\r\nUNSUB 1 3\r\n");
        say(answering, "PUB news 1\r\na\r\nPUB news 1\r\nb\r\nPUB news 1\r\nc\r\n");
        assertThat(heard(reading).split("MSG ")).hasSize(1 + 3);
        assertThat(reading.peer.subscriptions.size()).isZero();
    }

    /** A server that had no member left gives it back, for the queue group alone. */
    @Test
    void shouldNotHaveAnAnswerCrossOnceMoreThatWasPassedOnForAQueueGroup() {
        Route route = fixture.route(100);
        router.routes().onOpen(route);
        router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        say(answering, "SUB > q 2\r\n");
        String reply = ask();
        heard(answering);
        RouterFixture.say(
                router,
                route,
                new RouteParser(4096, 1024),
                "RMSG S " + reply + " | _second_hand_ q 1\r\n!\r\n",
                memory);
        router.flush(0);
        assertThat(heard(asking)).isEmpty();
        assertThat(heard(answering)).isEqualTo("MSG " + reply + " 2 1\r\n!\r\n");
        say(answering, "PUB " + reply + " 1\r\n!\r\n");
        assertThat(heard(asking)).isEqualTo("MSG in.1 1 1\r\n!\r\n");
    }

    /** Who had asked may have no import any more; the answer still comes. */
    @Test
    void shouldShowNobodyTheReplySubjectsOfAnotherAccount() {
        String reply = ask();
        say(answering, "PUB " + reply + " mine.1 1\r\n!\r\n");
        assertThat(heard(asking)).matches("MSG in\\.1 1 _R_\\.[^ ]+ 1\r\n!\r\n");
        share(List.of());
        say(answering, "PUB " + reply + " mine.2 1\r\n!\r\n");
        assertThat(heard(asking)).isEqualTo("MSG in.1 1 1\r\n!\r\n");
    }
}

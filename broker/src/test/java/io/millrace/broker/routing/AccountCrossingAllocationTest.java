package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.ThreadMXBean;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.MapDest;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A message that is mapped, or crosses into another account, makes no garbage for that. */
class AccountCrossingAllocationTest {
    private static final int ROUNDS = 200;
    private static final int WARMING = 20;
    private static final int MESSAGES = 64;

    /** No object is so small; what is left comes of queues and tables that grow. */
    private static final double BYTES_PER_MESSAGE = 1;

    private static final Pattern REPLY = Pattern.compile("_R_\\.[^ ]+");

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final Router router = fixture.router;
    private final NativeBlock memory = NativeBlock.allocate(256 * 1024);
    private final Region region = memory.region();
    private final FrameBlock frames = new FrameBlock(MESSAGES);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private Client one;
    private Client other;
    private long lastCid;

    @BeforeEach
    void share() {
        router.onCache(new SubjectCache(1024));
        MappingOptions mapping =
                new MappingOptions(
                        "map.*.*",
                        List.of(
                                new MapDest("in.$2.{{partition(9,1)}}", 50),
                                new MapDest("in.{{left(1,1)}}.x", 50)));
        AccountOptions nothing = AccountOptions.named("");
        router.onAccounts(
                List.of(
                        AccountPlan.of(
                                new AccountOptions(
                                        "ONE",
                                        "",
                                        List.of(new StreamExport("s.>", Access.PUBLIC)),
                                        List.of(),
                                        List.of(),
                                        List.of(
                                                new ServiceImport(
                                                        "OTHER", "ask.*.*", "q.$2.$1", true)),
                                        List.of(mapping),
                                        nothing.limits(),
                                        null)),
                        AccountPlan.of(
                                new AccountOptions(
                                        "OTHER",
                                        "",
                                        List.of(),
                                        List.of(
                                                new ServiceExport(
                                                        "ask.>",
                                                        Access.PUBLIC,
                                                        ResponseType.SINGLETON,
                                                        ServiceExport.DEFAULT_THRESHOLD,
                                                        null,
                                                        false)),
                                        List.of(
                                                new StreamImport("ONE", "s.*.*", "t.$2.$1", false),
                                                new StreamImport("ONE", "s.>", "u.s.>", false)),
                                        List.of(),
                                        List.of(
                                                new MappingOptions(
                                                        "ask.a.*",
                                                        List.of(new MapDest("done.$1", 100)))),
                                        nothing.limits(),
                                        null))));
        one = in("ONE");
        other = in("OTHER");
    }

    @AfterEach
    void close() {
        frames.free();
        fixture.close();
        memory.close();
    }

    private Client in(String account) {
        return fixture.connected(
                ++lastCid, account, new RouterFixture.CountingPeer(), fixture.queue());
    }

    /** Has a client say something; how many bytes the router makes of that on the heap. */
    private long say(Client client, String commands) {
        byte[] bytes = commands.getBytes(ISO_8859_1);
        region.put(0, bytes);
        frames.reset(region);
        CommandParser parser = new CommandParser(4096, 1024);
        parser.parse(region, 0, bytes.length, frames);
        assertThat(parser.consumed()).isEqualTo(bytes.length);
        long before = threads.getCurrentThreadAllocatedBytes();
        router.onFrames(client, frames, 1);
        router.flush(0);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static double perMessage(long bytes) {
        return bytes / (double) ((ROUNDS - WARMING) * MESSAGES);
    }

    private static String heard(Client client) {
        return new String(OutboundBytes.take(client.peer.outbound), ISO_8859_1);
    }

    private void shouldAllocateNothing(String commands, Client receiver, String received) {
        long bytes = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long made = say(one, commands.repeat(MESSAGES));
            bytes += i < WARMING ? 0 : made;
            assertThat(heard(receiver)).contains(received);
        }
        assertThat(perMessage(bytes)).isLessThan(BYTES_PER_MESSAGE);
    }

    @Test
    void shouldDeliverImportedMessages() {
        say(other, "SUB t.> 1\r\nSUB u.s.a.* 2\r\nSUB t.*.a g 3\r\n");
        shouldAllocateNothing("PUB s.a.b 1\r\nx\r\n", other, "MSG t.b.a 1 1\r\nx\r\n");
    }

    @Test
    void shouldMapSubjects() {
        say(one, "SUB in.> 1\r\n");
        shouldAllocateNothing("PUB map.aa.b 1\r\nx\r\n", one, "MSG in.a.x 1 1\r\nx\r\n");
    }

    @Test
    void shouldLetRequestsAndAnswersCross() {
        say(one, "SUB inbox.> 1\r\n");
        say(other, "SUB done.* 1\r\n");
        long bytes = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String reply = "inbox." + i + ".";
            StringBuilder requests = new StringBuilder();
            for (int m = 0; m < MESSAGES; m++) {
                requests.append("PUB q.b.a " + reply + m + " 1\r\n?\r\n");
            }
            long made = say(one, requests.toString());
            List<String> replies =
                    REPLY.matcher(heard(other)).results().map(MatchResult::group).toList();
            assertThat(replies).hasSize(MESSAGES);
            StringBuilder answers = new StringBuilder();
            replies.forEach(each -> answers.append("PUB " + each + " 1\r\n!\r\n"));
            made += say(other, answers.toString());
            assertThat(heard(one)).endsWith("MSG " + reply + (MESSAGES - 1) + " 1 1\r\n!\r\n");
            bytes += i < WARMING ? 0 : made;
        }
        assertThat(router.awaitedAnswers()).isZero();
        assertThat(perMessage(bytes)).isLessThan(BYTES_PER_MESSAGE);
    }
}

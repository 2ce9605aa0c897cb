package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.Message;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.Run;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.account.Traffic;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.broker.routing.peer.Wire;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.Region;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Runs against the simplest way: two routers hear the same, one of them whole stretches, the other
 * each frame for itself, so that it never finds a run. Whatever anybody gets is the same, byte for
 * byte, and so is all that is counted.
 */
class RunPropertyTest {
    private static final int MAX_PAYLOAD = 1024 * 1024;
    private static final int STRETCH_BYTES = 64 * 1024;
    private static final int STRETCHES = 80;
    private static final int CLIENTS = 8;
    private static final String[] SUBJECTS = {"a.b", "c.d", "e.f", "g.h", "secret.x", "inbox.1"};
    private static final String[] WANTED = {
        "a.b", "c.d", "e.f", "g.h", "secret.x", "*.h", "a.>", "*.1"
    };
    private static final String[] SIDS = {"1", "2", "3", "44", "x", "1234567"};

    private static int runs;

    @AfterAll
    static void shouldHaveSpreadRuns() {
        assertThat(runs).isGreaterThan(1000);
    }

    /** One of the two routers, and what its peers got. */
    private static final class Side implements AutoCloseable {
        final RouterFixture fixture;
        final boolean whole;
        final List<Sender> senders = new ArrayList<>();
        final List<ProtocolParser> parsers = new ArrayList<>();
        final List<StringBuilder> got = new ArrayList<>();
        final List<String> heard = new ArrayList<>();
        final FrameBlock frames = new FrameBlock(1024);
        final NativeBlock memory = NativeBlock.allocate(STRETCH_BYTES);
        int runs;

        Side(long seed, boolean whole, long maxPending, boolean stall, boolean queues) {
            this.whole = whole;
            fixture = RouterFixture.spreading(ServerLog.discarding(), seed, maxPending, stall);
            for (int i = 0; i < CLIENTS; i++) {
                connect(i, new Random(seed + i));
            }
            join("RS+ $G a.b\r\n" + (queues ? "RS+ $G c.* workers 2\r\n" : ""));
            join("RS+ $G e.f\r\nRS+ $G >\r\n");
        }

        private void connect(int number, Random random) {
            Client client = fixture.client(number + 1L, end(number));
            fixture.router.clients().onOpen(client);
            Permissions permissions = null;
            if (random.nextInt(3) == 0) {
                SubjectRules publish = new SubjectRules(null, List.of("secret.>"));
                SubjectRules subscribe = new SubjectRules(null, List.of("c.d", "secret.*"));
                ResponseRule responses = random.nextInt(4) == 0 ? ResponseRule.DEFAULT : null;
                permissions =
                        new Permissions(
                                new PermissionOptions(
                                        responses == null
                                                ? publish
                                                : new SubjectRules(
                                                        List.of("a.*", "e.*"), List.of()),
                                        subscribe,
                                        responses),
                                VerdictRoom.ofConfiguration());
            }
            ConnectOptions how =
                    new ConnectOptions(
                            random.nextInt(8) == 0,
                            random.nextInt(3) == 0,
                            random.nextInt(3) > 0,
                            random.nextInt(4) > 0,
                            random.nextBoolean(),
                            false,
                            1,
                            "",
                            "",
                            "",
                            "",
                            false,
                            ConnectOptions.Credentials.NONE);
            fixture.router
                    .admission()
                    .onConnect(
                            client,
                            how,
                            new Identity(Identity.Kind.USER, "u", Account.GLOBAL, permissions));
            CommandParser parser = new CommandParser(4096, MAX_PAYLOAD);
            parser.headers(true);
            client.peer.wire = counting(client.peer.wire);
            add(client, parser);
        }

        private Wire counting(Wire wire) {
            return new Wire() {
                @Override
                public void write(Peer target, Subscription subscription, Message message) {
                    wire.write(target, subscription, message);
                }

                @Override
                public boolean takesRuns() {
                    return true;
                }

                @Override
                public void write(Peer target, Subscription subscription, Run run) {
                    runs++;
                    wire.write(target, subscription, run);
                }
            };
        }

        private void join(String interest) {
            int number = senders.size();
            Route route = new Route(1000L + number, "127.0.0.1", 1, end(number), fixture.queue());
            fixture.router.routes().onOpen(route);
            fixture.router.routes().onJoined(route, "server" + number, true, RouteShare.ofAll());
            add(route, new RouteParser(4096, MAX_PAYLOAD));
            say(number, interest);
        }

        private void add(Sender sender, ProtocolParser parser) {
            senders.add(sender);
            parsers.add(parser);
            got.add(new StringBuilder());
        }

        private FarEnd end(int number) {
            return new RouterFixture.CountingPeer() {
                @Override
                public void close(CloseReason reason) {
                    heard.add(number + " closes: " + reason);
                }

                @Override
                public boolean stall(OutboundQueue slow, PendingBound bound) {
                    heard.add(number + " is stalled until " + bound.caughtUpBytes());
                    return true;
                }
            };
        }

        void say(int number, String commands) {
            byte[] bytes = commands.getBytes(StandardCharsets.ISO_8859_1);
            Region region = memory.region();
            region.put(0, bytes);
            ProtocolParser parser = parsers.get(number);
            frames.limit(whole ? Integer.MAX_VALUE : 1);
            int done = 0;
            while (done < bytes.length) {
                frames.reset(region);
                parser.parse(region, done, bytes.length, frames);
                assertThat(parser.consumed()).as("%s", commands).isGreaterThan(done);
                done = parser.consumed();
                fixture.router.onFrames(senders.get(number), frames, 1);
            }
            fixture.router.flush(0);
        }

        Peer peer(int number) {
            return senders.get(number).peer();
        }

        /** A peer reads all that waits for it. */
        void read(int number) {
            got.get(number)
                    .append(
                            new String(
                                    OutboundBytes.take(peer(number).outbound),
                                    StandardCharsets.ISO_8859_1));
        }

        void leave(int number) {
            if (senders.get(number) instanceof Client client && !client.peer.gone) {
                read(number);
                fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
            }
        }

        String counted(int number) {
            Peer peer = peer(number);
            List<String> interest = new ArrayList<>();
            for (Subscription each : peer.subscriptions.list()) {
                interest.add(new String(each.sid.sid()) + ":" + each.delivered + "/" + each.max);
            }
            Traffic account = fixture.router.globalAccount().traffic;
            Traffic routed = fixture.router.globalAccount().routed;
            return List.of(
                            peer.inMessages,
                            peer.inBytes,
                            peer.outMessages,
                            peer.outBytes,
                            peer.stalls,
                            peer.slow,
                            peer.closing,
                            peer.closeReason,
                            peer.outbound.pendingBytes(),
                            interest,
                            account.snapshot(),
                            routed.snapshot(),
                            fixture.router.counters.traffic.snapshot(),
                            fixture.router.counters.stalls,
                            fixture.router.counters.slowConsumers)
                    .toString();
        }

        @Override
        public void close() {
            frames.free();
            memory.close();
            fixture.close();
        }
    }

    @RepeatedTest(200)
    void shouldGiveEverybodyTheSameAsMessageByMessage(RepetitionInfo repetition) {
        long seed = Long.getLong("seed", repetition.getCurrentRepetition());
        Random random = new Random(seed);
        boolean tight = random.nextInt(3) > 0;
        long maxPending = tight ? 2048 + random.nextInt(16 * 1024) : 1024 * 1024;
        boolean stall = random.nextBoolean();
        // One queue group spoils all runs on its subject.
        int queues = 1 << 2 + random.nextInt(8);
        try (Side whole = new Side(seed, true, maxPending, stall, queues < 64);
                Side single = new Side(seed, false, maxPending, stall, queues < 64)) {
            int slow = random.nextInt(4 * CLIENTS);
            for (int stretch = 0; stretch < STRETCHES; stretch++) {
                int number = random.nextInt(CLIENTS + 1);
                String said =
                        number == CLIENTS
                                ? ofRoute(random)
                                : ofClient(random, stretch < 12 ? 16 : 80, queues);
                int reading = random.nextInt(4);
                boolean leaves = random.nextInt(60) == 0;
                for (Side side : List.of(whole, single)) {
                    if (!side.peer(number).gone) {
                        side.say(number, said);
                    }
                    for (int i = 0; i < side.senders.size(); i++) {
                        boolean reads = tight ? (i + reading) % 4 < 2 : (i + reading) % 4 > 0;
                        if (!side.peer(i).gone && i != slow && reads) {
                            side.read(i);
                        }
                    }
                    if (leaves || side.peer(number).closing) {
                        side.leave(number);
                    }
                    if (random(seed, stretch).nextInt(3) == 0) {
                        side.fixture.router.workOff();
                    }
                }
                String where = "seed " + seed + ", stretch " + stretch;
                compare(whole, single, () -> where + ":\n" + said);
            }
            assertThat(single.runs).isZero();
            runs += whole.runs;
        }
    }

    private static Random random(long seed, int stretch) {
        return new Random(31 * seed + stretch);
    }

    /** What is the same is not looked at again. */
    private static void compare(Side whole, Side single, Supplier<String> why) {
        assertThat(whole.heard).as(why).isEqualTo(single.heard);
        for (int i = 0; i < whole.senders.size(); i++) {
            int number = i;
            StringBuilder got = whole.got.get(i);
            assertThat(got.toString())
                    .as(() -> "what " + number + " got, " + why.get())
                    .isEqualTo(single.got.get(i).toString());
            got.setLength(0);
            single.got.get(i).setLength(0);
            assertThat(whole.counted(i))
                    .as(() -> number + ", " + why.get())
                    .isEqualTo(single.counted(i));
        }
    }

    private static String ofClient(Random random, int kinds, int queues) {
        StringBuilder said = new StringBuilder();
        String subject = any(random, SUBJECTS);
        int size = random.nextInt(10) == 0 ? 1500 : random.nextInt(200);
        for (int i = random.nextInt(40); i >= 0; i--) {
            int what = random.nextInt(kinds);
            switch (what) {
                case 0 ->
                        said.append("SUB ")
                                .append(any(random, WANTED))
                                .append(random.nextInt(queues) == 0 ? " workers " : " ")
                                .append(any(random, SIDS))
                                .append("\r\n");
                case 1 ->
                        said.append("UNSUB ")
                                .append(any(random, SIDS))
                                .append(random.nextInt(5) == 0 ? "" : " " + random.nextInt(60))
                                .append("\r\n");
                case 2, 3 -> subject = any(random, SUBJECTS);
                case 4 -> said.append("PING\r\n");
                case 5 ->
                        said.append(
                                ("PUB " + subject + " inbox.1 2\r\nhi\r\n")
                                        .repeat(1 + random.nextInt(3)));
                case 6 -> said.append("PUB ").append(subject).append("  2\r\nhi\r\n");
                case 7 -> said.append("PUB ").append(any(random, SUBJECTS)).append(" 0\r\n\r\n");
                case 8 -> said.append(withHeaders("HPUB " + subject, random));
                default -> said.append(message("PUB " + subject, random, size));
            }
        }
        return said.append("PING\r\n").toString();
    }

    private static String ofRoute(Random random) {
        StringBuilder said = new StringBuilder();
        String subject = any(random, SUBJECTS);
        for (int i = random.nextInt(40); i >= 0; i--) {
            switch (random.nextInt(20)) {
                case 0 -> subject = any(random, SUBJECTS);
                case 1 -> said.append(message("RMSG $G " + subject + " | workers", random, 50));
                case 2 -> said.append(message("RMSG nobody " + subject, random, 50));
                case 3 -> said.append(message("RMSG $G " + subject + " inbox.2", random, 50));
                case 4 -> said.append(withHeaders("HMSG $G " + subject, random));
                default -> said.append(message("RMSG $G " + subject, random, 100));
            }
        }
        return said.append("PING\r\n").toString();
    }

    private static String withHeaders(String beginning, Random random) {
        String headers = "NATS/1.0\r\nA: " + random.nextInt(1000) + "\r\n\r\n";
        int length = headers.length();
        String sizes = " " + length + " " + (length + 1) + "\r\n";
        return (beginning + sizes + headers + "x\r\n").repeat(1 + random.nextInt(4));
    }

    private static String message(String beginning, Random random, int size) {
        int length = size == 0 ? 0 : random.nextInt(size);
        char fill = (char) ('a' + random.nextInt(26));
        char[] payload = new char[length];
        Arrays.fill(payload, fill);
        return beginning + " " + length + "\r\n" + new String(payload) + "\r\n";
    }

    private static String any(Random random, String[] texts) {
        return texts[random.nextInt(texts.length)];
    }
}

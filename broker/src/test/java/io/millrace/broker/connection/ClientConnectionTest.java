package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Authenticator;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.RouterFixture;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A client's connection without a network: what happens between two of its steps. */
class ClientConnectionTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> lines = new ArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), true, true);
    private final RouterFixture fixture = new RouterFixture(log);
    private final RoutingRing ring =
            new RoutingRing(
                    fixture.router, () -> {}, () -> {}, log, new StageRecorder(Stage.values()));
    private final EmbeddedChannel channel =
            new EmbeddedChannel() {
                @Override
                protected SocketAddress remoteAddress0() {
                    return new InetSocketAddress("127.0.0.1", 1);
                }
            };
    private Runnable whenArmed = () -> {};
    private final IoLoop loop =
            new IoLoop(
                    hooked(channel.eventLoop()),
                    new RouterProxy(ring, Integer.MAX_VALUE),
                    1,
                    new StageRecorder(Stage.values()));
    private final Authentication authentication = new Authentication(rules(Secret.NONE), 1);

    /** A loop that does something else just before it schedules anything. */
    private EventLoop hooked(EventLoop real) {
        return (EventLoop)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {EventLoop.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("schedule")) {
                                whenArmed.run();
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static Authenticator rules(Secret token) {
        AuthOptions options = new OptionsBuilder().token(token).conclude(1).auth();
        return new Authenticator(options, false);
    }

    private ClientConnection connection() {
        ClientConnection connection =
                new ClientConnection(
                        channel,
                        0,
                        1,
                        loop,
                        fixture.router.globalAccount(),
                        new ChunkPool(),
                        () ->
                                new ConnectionLimits(
                                        4096,
                                        1024,
                                        true,
                                        100 * SECOND,
                                        SECOND,
                                        60 * SECOND,
                                        SECOND,
                                        "1s",
                                        false),
                        authentication,
                        log);
        connection.open();
        connection.ready();
        return connection;
    }

    @AfterEach
    void close() {
        authentication.close();
        loop.close();
        fixture.close();
    }

    @Test
    void shouldTurnAwayWhoBeginsToSpeakWhileTheUsersChange() {
        ClientConnection connection = connection();
        // Between its looking at the rules and its telling the router.
        whenArmed = () -> authentication.use(rules(new Secret("t0ken")));

        assertThat(connection.speaksUnasked()).isFalse();
        assertThat(lines).anyMatch(line -> line.contains("authentication error"));
    }

    @Test
    void shouldLetInWhoBeginsToSpeakWhileTheUsersStayTheSame() {
        ClientConnection connection = connection();

        assertThat(connection.speaksUnasked()).isTrue();
        assertThat(lines).noneMatch(line -> line.contains("authentication error"));
    }
}

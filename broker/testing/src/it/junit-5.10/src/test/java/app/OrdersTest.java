package app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.test.NatsCluster;
import io.millrace.test.NatsTest;
import io.millrace.test.NatsUrl;
import io.millrace.test.TestCluster;
import io.millrace.test.TestServer;
import io.nats.client.Connection;
import io.nats.client.Subscription;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Tests with the oldest JUnit. */
@NatsTest
class OrdersTest {
    @Test
    void shouldGetMessages(Connection nats, @NatsUrl String url) throws Exception {
        assertEquals(url, nats.getConnectedUrl());
        Subscription orders = nats.subscribe("orders.>");
        byte[] order = "one espresso".getBytes(StandardCharsets.UTF_8);
        nats.publish("orders.new", order);
        assertArrayEquals(order, orders.nextMessage(Duration.ofSeconds(60)).getData());
    }

    /** Tests at once, with connections of their own to the same server. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @Execution(ExecutionMode.CONCURRENT)
    class AtOnce {
        private TestServer shared;

        @BeforeAll
        void remember(TestServer server) {
            shared = server;
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4})
        void shouldShareTheServer(int ignored, TestServer server, Connection nats)
                throws Exception {
            assertSame(shared, server);
            nats.flush(Duration.ofSeconds(60));
        }
    }

    @Nested
    @NatsCluster(2)
    class InACluster {
        @Test
        void shouldHaveTwoServers(TestCluster servers) {
            assertEquals(2, servers.urls().split(",").length);
        }
    }
}

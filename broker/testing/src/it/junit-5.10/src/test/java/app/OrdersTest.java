package app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.test.NatsCluster;
import io.millrace.test.NatsTest;
import io.millrace.test.NatsUrl;
import io.millrace.test.TestCluster;
import io.nats.client.Connection;
import io.nats.client.Subscription;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

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

    @Nested
    @NatsCluster(2)
    class InACluster {
        @Test
        void shouldHaveTwoServers(TestCluster servers) {
            assertEquals(2, servers.urls().split(",").length);
        }
    }
}

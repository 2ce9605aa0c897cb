package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.test.NatsTest;
import io.millrace.test.TestServer;
import io.nats.client.Connection;
import io.nats.client.Subscription;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An application with another Netty on its class path, and its web server running. */
@NatsTest(jetStream = true)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class OrdersTest {
    @Autowired private Environment environment;

    @Test
    void shouldConnectTheApplication(
            @Autowired Connection ofApplication, Connection ofTest, TestServer server)
            throws Exception {
        assertThat(environment.getProperty("local.server.port")).isNotNull();
        assertThat(TestServer.isInThisJvm()).isEqualTo(Runtime.version().feature() >= 25);
        assertThat(ofApplication).isNotSameAs(ofTest);
        assertThat(ofApplication.getConnectedUrl()).isEqualTo(server.url());
        Subscription orders = ofApplication.subscribe("orders.>");
        ofApplication.flush(Duration.ofSeconds(60));
        byte[] order = "one espresso".getBytes(StandardCharsets.UTF_8);
        ofTest.publish("orders.new", order);
        assertThat(orders.nextMessage(Duration.ofSeconds(60)).getData()).isEqualTo(order);
    }
}

package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.test.NatsCluster;
import io.millrace.test.NatsTest;
import io.millrace.test.NatsUser;
import io.millrace.test.TestCluster;
import io.millrace.test.TestServer;
import io.nats.client.Connection;

import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

import java.time.Duration;

/** Spring keeps contexts for other test classes: their servers are still there, or others are. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class SharedContextTest {
    private static TestServer before;

    @Nested
    @NatsTest
    @SpringBootTest
    @Order(1)
    class One {
        @Test
        void shouldHaveAServer(TestServer server, @Autowired Connection ofApplication)
                throws Exception {
            before = server;
            ofApplication.flush(Duration.ofSeconds(60));
        }
    }

    @Nested
    @NatsTest
    @SpringBootTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    @Order(2)
    class Another {
        @Test
        @Order(1)
        @DirtiesContext
        void shouldHaveTheSameOneThatStillRuns(
                TestServer server, @Autowired Connection ofApplication) throws Exception {
            assertThat(server).isSameAs(before);
            ofApplication.flush(Duration.ofSeconds(60));
        }

        @Test
        @Order(2)
        void shouldHaveAnotherWithAnotherContext(
                TestServer server, @Autowired Connection ofApplication) throws Exception {
            assertThat(server).isNotSameAs(before);
            assertThat(ofApplication.getConnectedUrl()).isEqualTo(server.url());
            ofApplication.flush(Duration.ofSeconds(60));
        }
    }

    @Nested
    @NatsCluster(value = 2, tls = true, config = "authorization { user: joe, password: secret }")
    @NatsUser(name = "joe", password = "secret")
    @SpringBootTest
    @Order(3)
    class InACluster {
        @Test
        void shouldLogInWithTls(
                TestCluster servers, Connection ofTest, @Autowired Connection ofApplication)
                throws Exception {
            assertThat(servers.urls()).contains(ofApplication.getConnectedUrl());
            ofApplication.flush(Duration.ofSeconds(60));
            ofTest.flush(Duration.ofSeconds(60));
        }
    }
}

package io.millrace.broker.testing;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the tests of a class a NATS server on any free port of the loopback interface.
 *
 * <p>Tests, constructors and lifecycle methods may take a {@code NatsServer} as a parameter. It is
 * started with the first test that asks for it and closed after the last of the class.
 *
 * <pre>{@code
 * @NatsTest
 * class OrdersTest {
 *     @Test
 *     void shouldAnswerOrders(NatsServer server) throws Exception {
 *         try (Connection connection = Nats.connect(server.clientUrl())) { ... }
 *     }
 * }
 * }</pre>
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NatsServerExtension.class)
public @interface NatsTest {}

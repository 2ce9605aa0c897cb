package io.millrace.broker.testing;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the tests of a class a cluster of NATS servers on any free ports of the loopback interface.
 *
 * <p>Tests, constructors and lifecycle methods may take {@link NatsServers} as a parameter. They
 * are started with the first test that asks for them and closed after the last of the class,
 * whatever tests have done to them; each test finds them as the one before has left them.
 *
 * <pre>{@code
 * @NatsCluster(3)
 * class OrdersTest {
 *     @Test
 *     void shouldFindAnotherServer(NatsServers servers) throws Exception {
 *         try (Connection connection = Nats.connect(servers.urls())) {
 *             servers.kill(0);
 *             ...
 *             servers.restart(0);
 *             servers.awaitMesh();
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Where each test needs other servers, or other options, {@link NatsServers#builder} makes them.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NatsClusterExtension.class)
public @interface NatsCluster {
    /** How many servers there are, 1 at least. */
    int value() default 3;
}

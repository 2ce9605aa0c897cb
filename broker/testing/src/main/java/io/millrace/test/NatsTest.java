package io.millrace.test;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the tests of a class a NATS server on a free port of the loopback interface.
 *
 * <p>Tests, constructors and lifecycle methods may take as parameters: a {@link TestServer}; its
 * address, as a {@code String} or a {@link java.net.URI} with {@link NatsUrl}; a {@link
 * javax.net.ssl.SSLContext} that trusts it, with {@link #tls}; and with jnats a {@code Connection},
 * which is closed after the test. {@link NatsUser} says who it logs in as.
 *
 * <pre>{@code
 * @NatsTest(jetStream = true)
 * class OrdersTest {
 *     @Test
 *     void shouldKeepOrders(Connection nats) throws Exception { ... }
 * }
 * }</pre>
 *
 * <p>The server is started with the first test that asks for it, and closed after the last of the
 * class. In a test of Spring's it is the application context's instead: it is started before it,
 * closed after it, and with a context that several classes share they share the server. It is a
 * bean, and the properties {@code nats.spring.*} say how to connect to it.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NatsExtension.class)
public @interface NatsTest {
    /**
     * More of its configuration, in nats-server's language: accounts and users, limits, and so on.
     */
    String config() default "";

    /** A file of the class path with more of its configuration; from the root, without a slash. */
    String configResource() default "";

    /** Whether it has JetStream; what it stores is gone with it. */
    boolean jetStream() default false;

    /** Whether clients need TLS; the certificate is made for the occasion. */
    boolean tls() default false;
}

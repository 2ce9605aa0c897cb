package io.millrace.test;

import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the tests of a class a cluster of NATS servers on free ports of the loopback interface:
 * tests, constructors and lifecycle methods may take a {@link TestCluster} as a parameter, or the
 * addresses of all with {@link NatsUrl}, and with jnats a {@code Connection} to it. In a test of
 * Spring's it belongs to the application context, as with {@link NatsTest}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NatsExtension.class)
public @interface NatsCluster {
    /** How many servers there are, 1 at least. */
    int value() default 3;

    /** More of the configuration of each, in nats-server's language. */
    String config() default "";

    /**
     * Whether clients need TLS, with one certificate for all servers, made for the occasion; what
     * the servers say among themselves stays plain.
     */
    boolean tls() default false;
}

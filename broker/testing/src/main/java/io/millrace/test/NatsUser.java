package io.millrace.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A user of the configuration: on a parameter that is a {@code Connection}, who it logs in as; on a
 * test class, who all of them do that have no user of their own, and the application in a test of
 * Spring's.
 *
 * <pre>{@code
 * @Test
 * void shouldBeApart(
 *         @NatsUser(name = "ann", password = "a") Connection ann,
 *         @NatsUser(name = "bob", password = "b") Connection bob) { ... }
 * }</pre>
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface NatsUser {
    /** The user's name. */
    String name();

    /** The password, as clients send it. */
    String password();
}

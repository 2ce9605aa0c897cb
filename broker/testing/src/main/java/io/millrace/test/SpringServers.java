package io.millrace.test;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives an application context of Spring servers of its own, which live as long as it does, and the
 * properties to connect to them. Test classes that ask for equal servers, and have an equal
 * configuration else, have the same context, so the same servers.
 */
record SpringServers(Asked asked) implements ContextCustomizer {
    private static final String NAME = "io.millrace.test";

    /** Those of the context of a test. */
    static Started of(ExtensionContext test) {
        return SpringExtension.getApplicationContext(test).getBean(NAME, Started.class);
    }

    @Override
    public void customizeContext(
            ConfigurableApplicationContext context, MergedContextConfiguration ignored) {
        Started started;
        try {
            started = asked.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
        // The first to be registered is the last to be closed: after the application's connections.
        beans.registerDisposableBean(NAME, started::close);
        beans.registerSingleton(NAME, started);
        beans.registerSingleton(NAME + ".servers", started.servers());
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(NAME, properties(started)));
    }

    /** As {@code io.nats:nats-spring} names them. */
    private Map<String, Object> properties(Started started) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("nats.spring.server", started.urls());
        Login login = asked.login();
        if (login != null) {
            properties.put("nats.spring.username", login.user());
            properties.put("nats.spring.password", login.password());
        }
        TestCertificate certificate = started.certificate();
        if (certificate != null) {
            properties.put("nats.spring.trust-store-path", certificate.trustStore().toString());
            properties.put("nats.spring.trust-store-password", TestCertificate.PASSWORD);
            // It trusts nobody without a store of keys; this one has none.
            properties.put("nats.spring.key-store-path", certificate.trustStore().toString());
            properties.put("nats.spring.key-store-password", TestCertificate.PASSWORD);
        }
        return properties;
    }
}

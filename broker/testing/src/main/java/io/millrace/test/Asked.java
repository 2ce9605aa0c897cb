package io.millrace.test;

import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a test class asks for with its annotations, or with those of the class around it. Classes
 * that ask for equal things can have the same servers.
 *
 * @param servers how many are a cluster, or {@link #ALONE}
 */
record Asked(
        int servers,
        String config,
        String configResource,
        boolean jetStream,
        boolean tls,
        @Nullable Login login) {

    /** One server that is no cluster. */
    private static final int ALONE = -1;

    static Optional<Asked> by(Class<?> testClass) {
        return asking(testClass)
                .map(
                        asking -> {
                            Login login = login(testClass).orElse(null);
                            return AnnotationSupport.findAnnotation(asking, NatsCluster.class)
                                    .map(cluster -> of(cluster, login))
                                    .orElseGet(() -> of(one(asking), login));
                        });
    }

    /** The class that has the annotation: the test class, or the next one around it. */
    static Optional<Class<?>> asking(Class<?> testClass) {
        Class<?> at = testClass;
        while (at != null && !has(at, NatsCluster.class) && !has(at, NatsTest.class)) {
            at = at.getEnclosingClass();
        }
        return Optional.ofNullable(at);
    }

    private static boolean has(Class<?> type, Class<? extends Annotation> annotation) {
        return AnnotationSupport.isAnnotated(type, annotation);
    }

    private static NatsTest one(Class<?> asking) {
        return AnnotationSupport.findAnnotation(asking, NatsTest.class).orElseThrow();
    }

    private static Optional<Login> login(Class<?> testClass) {
        Class<?> at = testClass;
        Optional<Login> found = Optional.empty();
        while (at != null && found.isEmpty()) {
            found = AnnotationSupport.findAnnotation(at, NatsUser.class).map(Login::of);
            at = at.getEnclosingClass();
        }
        return found;
    }

    private static Asked of(NatsCluster wanted, @Nullable Login login) {
        return new Asked(wanted.value(), wanted.config(), "", false, wanted.tls(), login);
    }

    private static Asked of(NatsTest wanted, @Nullable Login login) {
        return new Asked(
                ALONE,
                wanted.config(),
                wanted.configResource(),
                wanted.jetStream(),
                wanted.tls(),
                login);
    }

    boolean isCluster() {
        return servers != ALONE;
    }

    Started start() throws IOException {
        if (isCluster()) {
            TestCluster cluster = new TestCluster(servers, config, tls);
            return new Started(
                    cluster, cluster::close, cluster.urls(), cluster.server(0).certificate());
        }
        String all = config + '\n' + resource(configResource);
        TestServer server = new TestServer(new Wanted(all, jetStream, tls));
        return new Started(server, server::close, server.url(), server.certificate());
    }

    private static String resource(String name) throws IOException {
        if (name.isEmpty()) {
            return "";
        }
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (InputStream in = loader.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("there is no " + name + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

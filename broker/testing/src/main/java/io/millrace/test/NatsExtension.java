package io.millrace.test;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.net.URI;
import java.util.Arrays;

import javax.net.ssl.SSLContext;

/** Resolves the parameters of {@link NatsTest} and {@link NatsCluster}. */
public final class NatsExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NatsExtension.class);

    private static final String CONNECTION = "io.nats.client.Connection";
    private static final String SERVER = "io.millrace.broker.NatsServer";
    private static final String SPRING =
            "org.springframework.test.context.junit.jupiter.SpringExtension";
    private static final String INJECTED = "org.springframework.beans.factory.annotation.";

    /** Called by JUnit. */
    public NatsExtension() {}

    /** Closed with the context it is stored for, once, by every version of JUnit. */
    @SuppressWarnings({"deprecation", "try"}) // the newer way isn't known before 5.13
    private record Kept<T extends AutoCloseable>(T value)
            implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        @Override
        public void close() throws Exception {
            value.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        if (isSprings(parameter.getParameter()) || isSprings(parameter.getDeclaringExecutable())) {
            return false;
        }
        Class<?> type = parameter.getParameter().getType();
        boolean isUrl = parameter.isAnnotated(NatsUrl.class);
        return type == TestCluster.class
                || type == TestServer.class
                || type == SSLContext.class
                || type == String.class && isUrl
                || type == URI.class && isUrl
                || type.getName().equals(SERVER)
                || type.getName().equals(CONNECTION);
    }

    /** Refuses what is of one server for a cluster, and the other way round. */
    private static void check(Class<?> type, ExtensionContext context) {
        boolean ofOne =
                type == TestServer.class || type == URI.class || type.getName().equals(SERVER);
        boolean isCluster = asked(context).isCluster();
        if (isCluster && ofOne || !isCluster && type == TestCluster.class) {
            throw new ParameterResolutionException(
                    String.format(
                            "%s has %s, which gives no %s",
                            context.getRequiredTestClass().getSimpleName(),
                            isCluster ? "@NatsCluster" : "@NatsTest",
                            type.getSimpleName()));
        }
    }

    /** Whether Spring fills it in: both of us would be one too many. */
    private static boolean isSprings(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(type -> type.getName().startsWith(INJECTED));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        check(type, context);
        Started started = started(context);
        if (type == TestCluster.class || type == TestServer.class) {
            return started.servers();
        }
        if (type == URI.class) {
            return URI.create(started.urls());
        }
        if (type == SSLContext.class) {
            return trust(started);
        }
        if (type == String.class) {
            return started.urls();
        }
        return type.getName().equals(SERVER)
                ? ((TestServer) started.servers()).server()
                : connection(started, parameter, context);
    }

    private static Asked asked(ExtensionContext context) {
        return Asked.by(context.getRequiredTestClass())
                .orElseThrow(
                        () ->
                                new ParameterResolutionException(
                                        "the class has no @NatsTest and no @NatsCluster"));
    }

    private static SSLContext trust(Started started) {
        TestCertificate certificate = started.certificate();
        if (certificate == null) {
            throw new ParameterResolutionException("the server has no certificate; say tls = true");
        }
        return certificate.context();
    }

    private static Started started(ExtensionContext context) {
        Class<?> testClass = context.getRequiredTestClass();
        if (isSpringTest(testClass)) {
            return SpringServers.of(context);
        }
        Class<?> asking = Asked.asking(testClass).orElseThrow();
        return kept(
                        contextOf(asking, context),
                        UntilExit.class.getName() + asking.getName(),
                        UntilExit.class,
                        () -> new UntilExit(asked(context).start()))
                .started();
    }

    /** That of the test class, or of one around it: what it has lives as long. */
    private static ExtensionContext contextOf(Class<?> asking, ExtensionContext context) {
        ExtensionContext at = context;
        ExtensionContext found = context;
        while (at != null) {
            if (at.getTestClass().filter(type -> asking.isAssignableFrom(type)).isPresent()) {
                found = at;
            }
            at = at.getParent().orElse(null);
        }
        return found;
    }

    private static boolean isSpringTest(Class<?> testClass) {
        Class<?> at = testClass;
        boolean is = false;
        while (at != null && !is) {
            is =
                    AnnotationSupport.findRepeatableAnnotations(at, ExtendWith.class).stream()
                            .flatMap(extended -> Arrays.stream(extended.value()))
                            .anyMatch(extension -> extension.getName().equals(SPRING));
            at = at.getEnclosingClass();
        }
        return is;
    }

    /** A connection of the test's own, for each user. */
    private static Object connection(
            Started started, ParameterContext parameter, ExtensionContext context) {
        Login login =
                parameter
                        .findAnnotation(NatsUser.class)
                        .map(Login::of)
                        .orElse(asked(context).login());
        TestCertificate certificate = started.certificate();
        SSLContext trust = certificate == null ? null : certificate.context();
        return kept(
                context,
                CONNECTION + context.getUniqueId() + user(login),
                AutoCloseable.class,
                () -> Connections.open(started.urls(), trust, login));
    }

    private static String user(@Nullable Login login) {
        return login == null ? "" : ' ' + login.user();
    }

    /** Makes something. */
    private interface Maker<T> {
        T make() throws Exception;
    }

    @SuppressWarnings("deprecation") // the newer way isn't known before 6
    private static <T extends AutoCloseable> T kept(
            ExtensionContext context, Object key, Class<T> type, Maker<T> maker) {
        Object kept =
                context.getStore(NAMESPACE)
                        .getOrComputeIfAbsent(key, ignored -> new Kept<>(made(maker)));
        return type.cast(((Kept<?>) kept).value());
    }

    private static <T extends AutoCloseable> T made(Maker<T> maker) {
        try {
            return maker.make();
        } catch (Exception e) {
            throw new ParameterResolutionException(String.valueOf(e.getMessage()), e);
        }
    }
}

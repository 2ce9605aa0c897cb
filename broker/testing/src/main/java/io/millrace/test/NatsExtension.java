package io.millrace.test;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** Resolves the parameters of {@link NatsTest} and {@link NatsCluster}. */
public final class NatsExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NatsExtension.class);

    private static final String CONNECTION = "io.nats.client.Connection";
    private static final String SERVER = "io.millrace.broker.NatsServer";

    /** Called by JUnit. */
    public NatsExtension() {}

    /** A test class, or the one around it, with its annotation. */
    private record Annotated<A extends Annotation>(ExtensionContext context, A annotation) {
        static <A extends Annotation> Optional<Annotated<A>> find(
                ExtensionContext context, Class<A> type) {
            ExtensionContext at = context;
            Optional<Annotated<A>> found = Optional.empty();
            while (at != null && found.isEmpty()) {
                ExtensionContext here = at;
                found =
                        at.getElement()
                                .filter(element -> element instanceof Class<?>)
                                .flatMap(element -> AnnotationSupport.findAnnotation(element, type))
                                .map(annotation -> new Annotated<>(here, annotation));
                at = at.getParent().orElse(null);
            }
            return found;
        }
    }

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
        Class<?> type = parameter.getParameter().getType();
        boolean isUrl = parameter.isAnnotated(NatsUrl.class);
        boolean isCluster = isCluster(context);
        return type == TestCluster.class && isCluster
                || type == TestServer.class && !isCluster
                || type == URI.class && isUrl && !isCluster
                || type == SSLContext.class && !isCluster
                || type.getName().equals(SERVER) && !isCluster
                || type == String.class && isUrl
                || type.getName().equals(CONNECTION);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == TestCluster.class) {
            return cluster(context);
        }
        if (type == TestServer.class) {
            return server(context);
        }
        if (type == URI.class) {
            return server(context).uri();
        }
        if (type == SSLContext.class) {
            return server(context).sslContext();
        }
        if (type == String.class) {
            return urls(context);
        }
        return type.getName().equals(SERVER) ? server(context).server() : connection(context);
    }

    private static boolean isCluster(ExtensionContext context) {
        return Annotated.find(context, NatsCluster.class).isPresent();
    }

    private static String urls(ExtensionContext context) {
        return isCluster(context) ? cluster(context).urls() : server(context).url();
    }

    private static TestServer server(ExtensionContext context) {
        Annotated<NatsTest> found =
                Annotated.find(context, NatsTest.class)
                        .orElseThrow(() -> new ParameterResolutionException("no @NatsTest"));
        return kept(found.context(), TestServer.class, () -> start(found.annotation()));
    }

    private static TestServer start(NatsTest wanted) throws IOException {
        String config = wanted.config() + '\n' + resource(wanted.configResource());
        return new TestServer(new Wanted(config, wanted.jetStream(), wanted.tls()));
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

    private static TestCluster cluster(ExtensionContext context) {
        Annotated<NatsCluster> found =
                Annotated.find(context, NatsCluster.class)
                        .orElseThrow(() -> new ParameterResolutionException("no @NatsCluster"));
        NatsCluster wanted = found.annotation();
        return kept(
                found.context(),
                TestCluster.class,
                () -> new TestCluster(wanted.value(), wanted.config()));
    }

    /** A connection of the test's own. */
    private static Object connection(ExtensionContext context) {
        SSLContext trust =
                Annotated.find(context, NatsTest.class)
                        .filter(found -> !isCluster(context) && found.annotation().tls())
                        .map(ignored -> server(context).sslContext())
                        .orElse(null);
        String urls = urls(context);
        String key = CONNECTION + context.getUniqueId();
        return kept(context, key, AutoCloseable.class, () -> Connections.open(urls, trust));
    }

    /** Makes something. */
    private interface Maker<T> {
        T make() throws Exception;
    }

    private static <T extends AutoCloseable> T kept(
            ExtensionContext context, Class<T> type, Maker<T> maker) {
        // A class within another may have another one.
        return kept(context, type.getName() + context.getUniqueId(), type, maker);
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

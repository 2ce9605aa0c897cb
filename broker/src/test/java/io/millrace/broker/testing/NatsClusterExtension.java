package io.millrace.broker.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;

/** Resolves parameters of type {@link NatsServers}; see {@link NatsCluster}. */
public final class NatsClusterExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NatsClusterExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NatsServers.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        AnnotatedClass<NatsCluster> annotated = AnnotatedClass.of(context, NatsCluster.class);
        int size = annotated.annotation().value();
        // Values that are AutoCloseable are closed with the context they are stored for.
        return annotated
                .context()
                .getStore(NAMESPACE)
                .computeIfAbsent(annotated.type(), _ -> start(size), NatsServers.class);
    }

    private static NatsServers start(int size) {
        try {
            return NatsServers.builder(size).start();
        } catch (IOException e) {
            throw new ParameterResolutionException("the servers don't start", e);
        }
    }
}

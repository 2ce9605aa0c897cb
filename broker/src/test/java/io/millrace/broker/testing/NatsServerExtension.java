package io.millrace.broker.testing;

import io.millrace.broker.NatsServer;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;

/** Resolves parameters of type {@link NatsServer}; see {@link NatsTest}. */
public final class NatsServerExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NatsServerExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NatsServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        AnnotatedClass<NatsTest> annotated = AnnotatedClass.of(context, NatsTest.class);
        // Values that are AutoCloseable are closed with the context they are stored for.
        return annotated
                .context()
                .getStore(NAMESPACE)
                .computeIfAbsent(annotated.type(), _ -> start(), NatsServer.class);
    }

    private static NatsServer start() {
        try {
            return NatsServer.builder().port(0).start();
        } catch (IOException e) {
            throw new ParameterResolutionException("the server doesn't start", e);
        }
    }
}

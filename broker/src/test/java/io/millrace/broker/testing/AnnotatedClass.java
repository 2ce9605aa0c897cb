package io.millrace.broker.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.commons.support.AnnotationSupport;

import java.lang.annotation.Annotation;
import java.util.Optional;

/**
 * The class that asks for servers by an annotation: the test's own, or one around that.
 *
 * @param context lives as long as the class's tests run; what is stored for it is closed with it
 */
record AnnotatedClass<A extends Annotation>(ExtensionContext context, A annotation) {
    /** Stands for the class where stores of classes around it are looked into, too. */
    Class<?> type() {
        return context.getRequiredTestClass();
    }

    /**
     * Finds it.
     *
     * @throws ParameterResolutionException if no class has the annotation
     */
    static <A extends Annotation> AnnotatedClass<A> of(ExtensionContext context, Class<A> type) {
        Optional<ExtensionContext> current = Optional.of(context);
        while (current.isPresent()) {
            ExtensionContext each = current.get();
            Optional<A> found = AnnotationSupport.findAnnotation(each.getTestClass(), type);
            if (each.getTestMethod().isEmpty() && found.isPresent()) {
                return new AnnotatedClass<>(each, found.get());
            }
            current = each.getParent();
        }
        throw new ParameterResolutionException("no class is annotated with " + type.getName());
    }
}

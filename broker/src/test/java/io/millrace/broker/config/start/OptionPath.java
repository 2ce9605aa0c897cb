package io.millrace.broker.config.start;

import java.lang.reflect.RecordComponent;

/** Reads an option by its path, {@code limits.maxPayloadBytes}, so that tables can name it. */
final class OptionPath {
    private OptionPath() {}

    /** The option as text. */
    static String read(Options options, String path) throws ReflectiveOperationException {
        Object at = options;
        for (String name : path.split("\\.")) {
            at = component(at, name).getAccessor().invoke(at);
        }
        return String.valueOf(at);
    }

    private static RecordComponent component(Object owner, String name) {
        for (RecordComponent component : owner.getClass().getRecordComponents()) {
            if (component.getName().equals(name)) {
                return component;
            }
        }
        throw new IllegalArgumentException(owner.getClass() + " has no " + name);
    }
}

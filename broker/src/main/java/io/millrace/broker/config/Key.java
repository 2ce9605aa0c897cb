package io.millrace.broker.config;

import java.util.List;

/**
 * A key of a block.
 *
 * @param names its names, in small letters; the first is the one to be told
 * @param told whether who misspells a key may be led here
 * @param isBuilt whether there is what it is about; if not, it is refused
 * @param reader takes its value over
 */
public record Key(List<String> names, boolean told, boolean isBuilt, Reader reader) {
    /** What a key does. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Takes a value over.
         *
         * @throws BadValueException if it can't be taken; the error is the field's
         */
        void read(Field field, Reading in) throws BadValueException;
    }
}

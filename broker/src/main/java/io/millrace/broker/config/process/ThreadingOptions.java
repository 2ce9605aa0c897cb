package io.millrace.broker.config.process;

/**
 * Which threads run the pipeline.
 *
 * @param mode who runs the routing stage, concluded ({@code AUTO} is resolved by then)
 * @param ioThreads I/O loops; 1 in inline mode
 */
public record ThreadingOptions(Mode mode, int ioThreads) {
    /** Who runs the routing stage. */
    public enum Mode {
        /** The one I/O loop routes what it has just parsed. */
        INLINE,
        /** Several I/O loops hand over to one routing thread. */
        DEDICATED
    }
}

package io.millrace.broker.routing.crossing;

/**
 * Hears how long requests into other accounts take. Called on the routing thread, so it may not
 * wait; what it can't take is its loss.
 */
public interface LatencyWatcher {
    /** Nobody watches. */
    LatencyWatcher NOBODY =
            new LatencyWatcher() {
                @Override
                public void sampled(LatencySample sample) {}

                @Override
                public void measured(LatencySample sample) {}
            };

    /** Something that was asked here was answered, or won't be. */
    void sampled(LatencySample sample);

    /** Something that was asked at another server was answered here, which only this one knows. */
    void measured(LatencySample sample);
}

package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.routing.view.LinkSnapshot;

/**
 * Watches how connections to other servers come and go: routes, gateways and those of leaf nodes.
 * Called on the routing thread, so it may not wait.
 */
public interface LinkWatcher {
    /** Nobody watches. */
    LinkWatcher NOBODY =
            new LinkWatcher() {
                @Override
                public void up(LinkSnapshot link) {}

                @Override
                public void down(LinkSnapshot link, CloseReason reason) {}
            };

    /** Both sides know each other; interest and messages cross it from here on. */
    void up(LinkSnapshot link);

    /**
     * One that was up is gone; of others nothing is told.
     *
     * @param link as it was told before
     */
    void down(LinkSnapshot link, CloseReason reason);
}

package io.millrace.broker;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.ErrorReports;

/** Those of the options that hold at the moment, which are the cluster's for all links. */
record ReportsInForce(Broker broker) implements ErrorReports {
    private ClusterOptions options() {
        return broker.inForce().options().cluster();
    }

    @Override
    public int first() {
        return options().connectErrorReports();
    }

    @Override
    public int again() {
        return options().reconnectErrorReports();
    }
}

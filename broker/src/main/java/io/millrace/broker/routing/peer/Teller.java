package io.millrace.broker.routing.peer;

import java.util.NavigableMap;

/** Another server, or a connection to one, that tells what is wanted there. Routing thread. */
public interface Teller extends Sender {
    /**
     * What it has told, by account, subject and queue group; in an order, so that whoever walks
     * along it may pause anywhere and go on later.
     */
    NavigableMap<String, RemoteInterest> interest();

    /** The only account that it tells of; empty where each line names one. */
    default String onlyAccount() {
        return "";
    }
}

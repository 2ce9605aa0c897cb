package io.millrace.broker.routing;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Traffic;
import io.millrace.broker.routing.peer.PeerKind;

/** By which connections an account's messages come from other servers and go to them. */
final class Crossed {
    private Crossed() {}

    /** Where those are counted that come from a kind of server or go to it. */
    static Traffic of(Account account, PeerKind kind) {
        return switch (kind) {
            case HUB, SPOKE -> account.leaves;
            case GATEWAY -> account.gateways;
            default -> account.routed;
        };
    }
}

package io.millrace.broker.routing;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.PermitMemory;
import io.millrace.broker.routing.interest.Subscribing;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Outbox;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ProtocolError;

import java.util.List;
import java.util.Optional;

/**
 * Who clients are: what becomes of them when they have said it, and when the users are others.
 * Whether it is true has been found out elsewhere. Routing thread.
 */
public final class Admission {
    private static final String GONE = "the account was removed while it logged in";

    private final Outbox outbox;
    private final Accounts accounts;
    private final Subscribing subscribing;
    private final PermitMemory permits;
    private final Presence presence;
    private final AccountBounds bounds;

    Admission(
            Outbox outbox,
            Accounts accounts,
            Subscribing subscribing,
            Ledger ledger,
            Presence presence,
            AccountBounds bounds) {
        this.outbox = outbox;
        this.accounts = accounts;
        this.subscribing = subscribing;
        permits = new PermitMemory(ledger);
        this.presence = presence;
        this.bounds = bounds;
    }

    /** A client sent a valid CONNECT, and has proved that it is who it says. */
    public void onConnect(Client client, ConnectOptions options, Identity identity) {
        if (client.peer.closing) {
            return;
        }
        Account account = accounts.named(identity.account());
        if (account == null) {
            onAuthenticationFailure(client, options, GONE);
            return;
        }
        if (client.connected) {
            subscribing.removeAll(client.peer);
        }
        if (!bounds.hasRoom(account, client)) {
            bounds.complain(client);
            // Who it would have been is what monitoring and events tell of it.
            client.connect(options, identity, account, permits);
            bounds.turnAway(client);
            return;
        }
        client.connect(options, identity, account, permits);
        presence.connected(client);
        if (options.verbose()) {
            outbox.ok(client.peer);
        }
    }

    /** A client speaks without having said who it is, and needn't. */
    public void onAnonymous(Client client, Identity identity) {
        if (client.peer.closing) {
            return;
        }
        Account account = accounts.named(identity.account());
        if (account == null) {
            onAuthenticationFailure(client, client.options, GONE);
            return;
        }
        if (!bounds.hasRoom(account, client)) {
            bounds.complain(client);
            client.is(identity, account, permits);
            bounds.turnAway(client);
            return;
        }
        client.connected = true;
        client.is(identity, account, permits);
        presence.joins(client);
    }

    /**
     * A client could not prove that it is who it says.
     *
     * @param why for the debug log; the client isn't told
     */
    public void onAuthenticationFailure(Client client, ConnectOptions said, String why) {
        if (client.peer.closing) {
            return;
        }
        outbox.debug(client.peer, why);
        client.claims(said);
        presence.refused(client);
        String claim = Identity.claimedBy(said.credentials()).claim();
        outbox.error(client.peer, "authentication error" + (claim.isEmpty() ? "" : " - " + claim));
        outbox.fail(
                client.peer,
                ProtocolError.AUTHORIZATION_VIOLATION,
                CloseReason.AUTHENTICATION_FAILURE);
    }

    /**
     * The users are others: clients that wouldn't be let in now go, the rest may do what they may.
     */
    void reassess(List<Client> clients, Reassessment users) {
        for (Client client : clients) {
            if (client.peer.closing) {
                continue;
            }
            Identity before = client.identity;
            Credentials said = client.options.credentials();
            Optional<Identity> now = users.of(said, client.tls(), client.peer.medium(), before);
            if (now.isEmpty() && users.knows(before)) {
                onAuthenticationFailure(client, client.options, "not let in any more");
            } else if (now.isEmpty()) {
                // Without an error, as the reference: client libraries give up at the second one,
                // and the user may be back when this one comes again.
                outbox.debug(client.peer, "The user was removed");
                outbox.end(client.peer, CloseReason.CLIENT_CLOSED);
            } else if (!now.get().account().equals(before.account())) {
                outbox.end(client.peer, CloseReason.CLIENT_CLOSED);
            } else if (!Permissions.same(now.get().permissions(), before.permissions())) {
                client.is(now.get(), client.peer.account, permits);
                subscribing.review(client);
            }
        }
    }
}

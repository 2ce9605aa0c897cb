package io.millrace.broker.leaf;

import io.millrace.broker.compression.CompressionChoice;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.LeafNodes;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes over other options while leaf nodes are connected: remotes that are added, removed, enabled
 * and disabled, other compression, other permissions of users. Routing thread.
 */
final class LeafReload {
    private final ThisServer self;
    private final Soliciting soliciting;
    private final LeafHandshake handshake;
    private final LeafNodes leafs;
    private final ServerLog log;

    LeafReload(
            ThisServer self,
            Soliciting soliciting,
            LeafHandshake handshake,
            LeafNodes leafs,
            ServerLog log) {
        this.self = self;
        this.soliciting = soliciting;
        this.handshake = handshake;
        this.leafs = leafs;
        this.log = log;
    }

    /**
     * Takes over other options.
     *
     * @param info what this server says of itself by them
     * @param sessions all connections
     * @param welcome who the other side of one is now; null if it can't stay
     * @param pins public keys that leaf nodes may have; empty for any
     */
    void run(
            LeafOptions options,
            LinkInfo info,
            Collection<LeafSession> sessions,
            Function<LeafSession, @Nullable Identity> welcome,
            Set<String> pins) {
        LeafOptions before = self.options();
        self.use(options, info);
        List<LeafRemote> added = new ArrayList<>(options.remotes());
        for (Remote remote : soliciting.remotes()) {
            LeafRemote wanted =
                    added.stream()
                            .filter(each -> each.isSame(remote.options()))
                            .findFirst()
                            .orElse(null);
            if (wanted == null) {
                remove(remote);
            } else {
                added.remove(wanted);
                change(remote, wanted);
            }
        }
        for (LeafSession session : sessions) {
            if (!session.isSolicited() && !session.leaf.peer().isClosing()) {
                review(session, welcome, pins);
                if (!before.compression().equals(options.compression())) {
                    compress(session, options.compression().mode());
                }
            }
        }
        added.forEach(remote -> soliciting.add(remote, false));
    }

    private void remove(Remote remote) {
        log.info("Reloaded: LeafNode Remote " + remote.options() + " removed");
        soliciting.remove(remote);
        end(remote);
    }

    private void end(Remote remote) {
        LeafSession session = remote.session;
        if (session != null) {
            session.isOver = true;
            leafs.end(session.leaf, CloseReason.CLIENT_CLOSED);
        }
    }

    private void change(Remote remote, LeafRemote wanted) {
        LeafRemote before = remote.options();
        remote.use(wanted);
        boolean compression = !before.compression().equals(wanted.compression());
        if (compression) {
            said(wanted, "Compression value is: " + wanted.compression());
        }
        if (!Objects.equals(before.tls(), wanted.tls())) {
            said(wanted, "TLS is changed");
        }
        if (before.disabled() != wanted.disabled()) {
            said(wanted, "Disabled value is: " + wanted.disabled());
            if (wanted.disabled()) {
                end(remote);
            } else {
                soliciting.begin(remote, 0);
            }
        } else if (compression && remote.session != null) {
            compress(remote.session, wanted.compression().mode());
        }
    }

    private void said(LeafRemote remote, String what) {
        log.info("Reloaded: LeafNode Remote " + remote + " " + what);
    }

    /** Compresses another way, if the other side needn't be asked about it. */
    private void compress(LeafSession session, Mode mode) {
        Mode current = session.compression;
        if (session.deflates) {
            return;
        }
        if (CompressionChoice.isOn(current) && CompressionChoice.isOn(mode)) {
            session.compression = mode;
        } else if (current != mode && current != Mode.NOT_SUPPORTED) {
            leafs.end(session.leaf, CloseReason.CLIENT_CLOSED);
        }
    }

    private void review(
            LeafSession session,
            Function<LeafSession, @Nullable Identity> welcome,
            Set<String> pins) {
        TlsSession tls = session.tls;
        // What secures a WebSocket is another block's.
        boolean pinned = !pins.isEmpty() && !session.isByWebSocket();
        if (pinned && (tls == null || !tls.isPinned(pins))) {
            leafs.end(session.leaf, CloseReason.TLS_HANDSHAKE_FAILURE);
            return;
        }
        Identity was = session.identity;
        if (was == null || !session.joined) {
            return;
        }
        Identity now = welcome.apply(session);
        if (now == null || !now.account().equals(was.account())) {
            leafs.refuse(
                    session.leaf, "Authorization Violation", CloseReason.AUTHENTICATION_FAILURE);
        } else if (!Permissions.same(now.permissions(), was.permissions())) {
            handshake.permit(session, now);
        }
    }
}

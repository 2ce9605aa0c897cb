package io.millrace.broker.routing;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.match.MatchResult;
import io.millrace.broker.routing.match.QueueGroup;
import io.millrace.broker.routing.match.Receivers;
import io.millrace.broker.routing.peer.PeerKind;
import io.millrace.broker.routing.peer.Subscription;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * Whether anybody would hear something, so that what nobody would isn't made at all. Routing
 * thread.
 */
final class Audience {
    /** What is longer counts as unheard: most clients couldn't read a line with it. */
    private static final int MAX_SUBJECT_BYTES = 4096;

    private final Accounts accounts;
    private final NativeBlock memory = NativeBlock.allocate(MAX_SUBJECT_BYTES);

    Audience(Accounts accounts) {
        this.accounts = accounts;
    }

    /** See {@link Router#hears}. */
    boolean hears(String name, String subject) {
        MatchResult match = match(name, subject.getBytes(StandardCharsets.ISO_8859_1));
        return match != null && isHeard(match);
    }

    /** Who would hear something; null for nobody. */
    private @Nullable MatchResult match(String name, byte[] subject) {
        Account account = accounts.named(name);
        if (account == null || subject.length > MAX_SUBJECT_BYTES) {
            return null;
        }
        Region region = memory.region();
        region.put(0, subject);
        // Not by the cache: nobody publishes there but services, and seldom.
        return account.index.match(region, 0, subject.length);
    }

    /** See {@link Inspection#subscribers}. */
    long count(String name, String subject, @Nullable String queue) {
        MatchResult match = match(name, subject.getBytes(StandardCharsets.UTF_8));
        long count = 0;
        for (int p = 0; match != null && p < match.partCount(); p++) {
            Receivers part = match.part(p);
            for (int i = 0; queue == null && i < part.plainCount(); i++) {
                count += isClients(part.plain(i)) ? 1 : 0;
            }
            for (int i = 0; i < part.groupCount(); i++) {
                QueueGroup group = part.group(i);
                String of = new String(group.name(), StandardCharsets.UTF_8);
                count += queue == null || queue.equals(of) ? group.memberCount() : 0;
            }
        }
        return count;
    }

    private static boolean isClients(Interest interest) {
        return Subscription.of(interest).peer.kind == PeerKind.CLIENT;
    }

    /** Services listen to each other's servers, not to their own. */
    private static boolean isHeard(MatchResult match) {
        for (int p = 0; p < match.partCount(); p++) {
            Receivers part = match.part(p);
            if (part.remoteCount() > 0 || part.groupCount() > 0) {
                return true;
            }
            for (int i = 0; i < part.plainCount(); i++) {
                if (isClients(part.plain(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Frees what it allocated. */
    void close() {
        memory.close();
    }
}

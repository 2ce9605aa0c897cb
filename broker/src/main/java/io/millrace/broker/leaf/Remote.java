package io.millrace.broker.leaf;

import io.millrace.broker.auth.NkeySigner;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafUrl;
import io.millrace.broker.config.listen.UrlBounds;
import io.millrace.protocol.ConnectOptions.Credentials;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What this server is a leaf node of, and how it is reached: the URLs there are, and whose turn it
 * is. Routing thread, but for what says otherwise.
 */
public final class Remote {
    /** URLs that the other side tells of; more aren't kept. */
    static final int MOST_HEARD_OF = 1_000;

    private volatile LeafRemote options;

    /** The user of a configured URL, for those that are only heard of. */
    private final @Nullable LeafUrl known;

    /** What was read last; null if there is no such file, or it wasn't read yet. */
    private volatile @Nullable CredentialsFile credentials;

    /** What the log said of credentials that can't be read. The dialing thread. */
    private String problemTold = "";

    private List<LeafUrl> urls;
    private @Nullable LeafUrl current;

    /** Whether it was ever connected. */
    boolean wasConnected;

    /** Whether it is being dialed, or connected. */
    boolean busy;

    /** How long to wait before the next attempt, besides what is usual, in milliseconds. */
    long extraDelayMs;

    /** The connection; null while there is none. */
    @Nullable LeafSession session;

    /** Whether it isn't configured any more. */
    private volatile boolean removed;

    /**
     * Nothing is dialed yet.
     *
     * @param random shuffles the URLs
     */
    Remote(LeafRemote options, Random random) {
        this.options = options;
        urls = new ArrayList<>(options.urls());
        if (!options.noRandomize()) {
            Collections.shuffle(urls, random);
        }
        known = urls.stream().filter(LeafUrl::saysWho).findFirst().orElse(null);
    }

    /** What is configured. Any thread. */
    public LeafRemote options() {
        return options;
    }

    void use(LeafRemote newOptions) {
        options = newOptions;
    }

    void remove() {
        removed = true;
    }

    /** Whether it is to be connected. Any thread. */
    public boolean isWanted() {
        return !removed && !options.disabled() && !options.urls().isEmpty();
    }

    /** The URL to be dialed next. */
    LeafUrl next() {
        if (urls.size() > 1 && urls.getFirst().equals(current)) {
            urls.add(urls.removeFirst());
        }
        LeafUrl next = urls.getFirst();
        current = next;
        return next;
    }

    /**
     * The other side has told where else it is reached.
     *
     * @param addresses for those who come as this server does
     */
    void heardOf(List<String> addresses) {
        LeafRemote now = options;
        Map<String, LeafUrl> told = new LinkedHashMap<>();
        int bytes = 0;
        for (String address : addresses) {
            if (told.size() == MOST_HEARD_OF
                    || told.containsKey(address)
                    || !UrlBounds.hasRoom(bytes, address)) {
                continue;
            }
            LeafUrl url = heardOf(address, now);
            if (url != null && now.urls().stream().noneMatch(url::isAt)) {
                told.put(address, url);
                bytes += address.length();
            }
        }
        List<LeafUrl> all = new ArrayList<>(told.values());
        all.addAll(now.urls());
        urls = all;
    }

    private static @Nullable LeafUrl heardOf(String address, LeafRemote options) {
        LeafUrl url;
        try {
            url =
                    options.isByWebSocket()
                            ? LeafUrl.heardOfByWebSocket(address, options.isSecured())
                            : LeafUrl.heardOf(address);
        } catch (IllegalArgumentException e) {
            return null;
        }
        // What stands before or behind the address isn't theirs to say.
        return url.address().equals(address) ? url : null;
    }

    /**
     * Reads the file that proves who this server is, if there is one; may take a while.
     *
     * @throws IOException if it can't be read, or isn't one
     */
    public void readCredentials() throws IOException {
        String file = options.credentials();
        if (!file.isEmpty()) {
            credentials = null;
            credentials = CredentialsFile.read(file);
            problemTold = "";
        }
    }

    /**
     * Whether the log hasn't said so yet of credentials that can't be read; it has then. The
     * dialing thread.
     */
    public boolean isNews(String problem) {
        boolean news = !problem.equals(problemTold);
        problemTold = problem;
        return news;
    }

    /** Whether what proves who this server is could be read. Any thread. */
    public boolean canProve() {
        return options.credentials().isEmpty() || credentials != null;
    }

    /**
     * What proves who this server is. Any thread; takes a millisecond where something is signed.
     *
     * @param url what was dialed
     * @param nonce what the other side wants signed
     */
    public Credentials prove(LeafUrl url, String nonce) {
        String jwt = "";
        String nkey = "";
        String sig = "";
        CredentialsFile file = credentials;
        Secret seed = options.nkey();
        if (file != null) {
            jwt = file.jwt();
            sig = NkeySigner.sign(file.seed().value(), nonce);
        } else if (!seed.isEmpty()) {
            nkey = NkeySigner.publicKey(seed.value());
            sig = NkeySigner.sign(seed.value(), nonce);
        }
        LeafUrl who = url.saysWho() || known == null ? url : known;
        String user = who.user().value();
        // Without a password it may be a token, or the name of a user that has none.
        return new Credentials(
                user, who.password().value(), who.hasPassword() ? "" : user, jwt, nkey, sig);
    }
}

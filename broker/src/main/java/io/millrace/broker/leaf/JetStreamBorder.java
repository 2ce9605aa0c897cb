package io.millrace.broker.leaf;

import io.millrace.protocol.LinkInfo;
import io.millrace.protocol.Quoted;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What of JetStream a leaf node connection keeps apart. Each side has an API of its own under the
 * same subjects, so these don't cross; what crosses is asked for by the name of a domain, which is
 * mapped to them where it arrives. As in the reference:
 *
 * <pre>
 *   account                   domains  neither come nor go        don't go
 *   with default domain ""    any      -                          -
 *   the system's              any      $JSC.> $NRG.> and these:   $JS.OWN-DOMAIN.API.>
 *   any other                 differ   $JS.API.> $KV.> $OBJ.>     $JS.OWN-DOMAIN.API.>
 *   any other                 same     $JS.API.> $KV.> $OBJ.>     -
 * </pre>
 *
 * <p>So two servers of one domain never answer for each other. The reference makes one JetStream of
 * both where system accounts of the same domain meet; this server doesn't, and keeps them apart.
 *
 * @param closed subjects that neither come nor go
 * @param kept those that don't go
 * @param notices what the log is told
 * @param details what it is told when it looks closer
 */
record JetStreamBorder(
        List<String> closed, List<String> kept, List<String> notices, List<String> details) {
    private static final String API = "$JS.API.>";
    private static final List<String> OF_CLIENTS = List.of(API, "$KV.>", "$OBJ.>");
    private static final List<String> OF_SYSTEM =
            List.of("$JSC.>", "$NRG.>", API, "$KV.>", "$OBJ.>");

    /**
     * What is kept apart on a connection.
     *
     * @param own what this server says of itself
     * @param remote the other side's domain; empty for none
     * @param from who the other side is, for the system account
     * @param account what the connection is for
     * @param defaults the domains of accounts that have a default one
     */
    static JetStreamBorder of(
            LinkInfo own,
            String remote,
            String from,
            String account,
            boolean isSystem,
            Map<String, String> defaults) {
        List<String> notices = new ArrayList<>();
        List<String> details = new ArrayList<>();
        if (isSystem) {
            if (defaults.containsValue("")) {
                notices.add(
                        "Not extending remote JetStream domain \""
                                + Quoted.utf8(remote)
                                + "\" due to presence of empty default domain");
            }
            notices.add("System account connected from " + Quoted.utf8(from));
            notices.add("JetStream not extended" + why(own, remote));
            return new JetStreamBorder(OF_SYSTEM, kept(own, account, details), notices, details);
        }
        if ("".equals(defaults.get(account))) {
            details.add(
                    "Skipping deny \""
                            + API
                            + "\" for account \""
                            + account
                            + "\" due to default domain");
            return new JetStreamBorder(List.of(), List.of(), notices, details);
        }
        boolean differ = !own.domain().equals(remote) || !own.jetstream() && own.domain().isEmpty();
        if (!differ) {
            details.add(
                    "Adding deny ["
                            + String.join(" ", OF_CLIENTS)
                            + "] for account \""
                            + account
                            + '"');
            return new JetStreamBorder(OF_CLIENTS, List.of(), notices, details);
        }
        notices.add(
                "JetStream using domains: local \""
                        + own.domain()
                        + "\", remote \""
                        + Quoted.utf8(remote)
                        + '"');
        return new JetStreamBorder(OF_CLIENTS, kept(own, account, details), notices, details);
    }

    private static String why(LinkInfo own, String remote) {
        return own.domain().equals(remote) && own.jetstream()
                ? ", which is not supported by Millrace yet"
                : ", domains differ";
    }

    /** What is asked of this server's domain is answered here, whoever else calls himself so. */
    private static List<String> kept(LinkInfo own, String account, List<String> details) {
        if (!own.jetstream() || own.domain().isEmpty()) {
            return List.of();
        }
        String api = "$JS." + own.domain() + ".API.>";
        details.add(
                "Adding deny \"" + api + "\" for outgoing messages to account \"" + account + '"');
        return List.of(api);
    }
}

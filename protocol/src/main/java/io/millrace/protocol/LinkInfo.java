package io.millrace.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * What a server tells another one about itself, or about a third one, as the INFO line of a route,
 * a gateway or a leaf node's connection.
 *
 * <p>Strings that aren't known are empty.
 *
 * @param serverId the server's id, a public nkey of the server kind
 * @param serverName its name; the id when it was given none
 * @param version its feature level, as a version of the reference
 * @param proto its level of the route protocol: 1 for INFO at any time, 2 for accounts, 3 for
 *     message tracing
 * @param go what it runs on
 * @param host the host its cluster listener is bound to, or advertises
 * @param port the port that goes with it
 * @param headers whether it understands HMSG
 * @param authRequired whether routes must prove themselves with user and password
 * @param tlsRequired whether routes use TLS
 * @param tlsVerify whether routes must have a certificate
 * @param maxPayload largest payload of its clients, in bytes
 * @param jetstream whether it has JetStream
 * @param ip where other servers reach it, as {@code nats-route://host:port/}, and leaf nodes, as
 *     {@code host:port}; empty if unknown
 * @param clientId the number of the connection, on leaf nodes' ones; 0 on other ports of older
 *     servers
 * @param nonce random text of the first INFO: what is to be signed by a leaf node that proves
 *     itself with a key
 * @param cluster the name of its cluster
 * @param clusterDynamic whether that name was made up
 * @param domain its JetStream domain
 * @param connectUrls where clients reach it
 * @param wsConnectUrls where those who come by WebSocket reach it, or the servers of its cluster
 * @param ldm whether it is about to leave (lame duck mode)
 * @param compression the compression it is set to, or has chosen
 * @param connectInfo whether it answers a leaf node's CONNECT
 * @param remoteAccount the account that the leaf node is bound to
 * @param accIsSys whether that is its system account
 * @param importRules the subjects it lets in, or that a leaf node may get; null for all
 * @param exportRules the subjects it lets out, or that a leaf node may send; null for all
 * @param lnoc whether it understands a leafnode's cluster in {@code LS+} and LMSG
 * @param lnocu whether it understands that in {@code LS-}, too
 * @param ln whether it understands interest of leafnodes without a cluster; implies the other two
 * @param infoOnConnect whether it answers a leaf node's CONNECT with another INFO
 * @param routePoolSize connections of its pool to each server; 0 without a pool
 * @param routePoolIdx which one of them this is
 * @param routeAccount the only account of this route; empty for a route that carries several
 * @param routeAccAddReqId the id of a request to give an account a route of its own
 * @param gossipMode what gossip is to be made of it: 0 the usual, 1 none, 2 in any case
 * @param gateway the name of the cluster that this is about, as gateways have it
 * @param gatewayUrls {@code host:port} of the gateways of that cluster's servers
 * @param gatewayUrl {@code host:port} of the server's own gateway, on a route
 * @param gatewayCmd what is to be made of it: 0 nothing, 1 to get connected with that cluster, 2
 *     and 3 to know that all interest in an account is about to come, or has
 * @param gatewayCmdPayload what that is about: the name of the account
 * @param gatewayNrp whether it understands replies that begin with {@code _GR_}
 * @param gatewayIom whether it tells of all interest, and need not be asked
 * @param leafnodeUrls where leaf nodes reach it, or the servers of its cluster
 */
public record LinkInfo(
        String serverId,
        String serverName,
        String version,
        int proto,
        String go,
        String host,
        int port,
        boolean headers,
        boolean authRequired,
        boolean tlsRequired,
        boolean tlsVerify,
        int maxPayload,
        boolean jetstream,
        String ip,
        long clientId,
        String nonce,
        String cluster,
        boolean clusterDynamic,
        String domain,
        List<String> connectUrls,
        List<String> wsConnectUrls,
        boolean ldm,
        String compression,
        boolean connectInfo,
        String remoteAccount,
        boolean accIsSys,
        @Nullable SubjectRules importRules,
        @Nullable SubjectRules exportRules,
        boolean lnoc,
        boolean lnocu,
        boolean ln,
        boolean infoOnConnect,
        int routePoolSize,
        int routePoolIdx,
        String routeAccount,
        String routeAccAddReqId,
        int gossipMode,
        String gateway,
        List<String> gatewayUrls,
        String gatewayUrl,
        int gatewayCmd,
        String gatewayCmdPayload,
        boolean gatewayNrp,
        boolean gatewayIom,
        List<String> leafnodeUrls) {

    /**
     * Subjects, with wildcards.
     *
     * @param allow what is let through; everything if empty
     * @param deny what isn't, though it is allowed
     */
    public record SubjectRules(List<String> allow, List<String> deny) {
        public SubjectRules {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }

        /**
         * These rules; null if they let everything through.
         *
         * @param allow null for everything
         */
        public static @Nullable SubjectRules of(@Nullable List<String> allow, List<String> deny) {
            return allow == null && deny.isEmpty()
                    ? null
                    : new SubjectRules(allow == null ? List.of() : allow, deny);
        }

        static SubjectRules read(JsonParser in) throws IOException {
            Lists lists = new Lists();
            JsonFields.readObject(in, lists::set);
            return new SubjectRules(lists.allow, lists.deny);
        }

        static void write(JsonGenerator json, String name, @Nullable SubjectRules rules)
                throws IOException {
            if (rules != null) {
                json.writeObjectFieldStart(name);
                JsonLine.writeIfSet(json, "allow", rules.allow);
                JsonLine.writeIfSet(json, "deny", rules.deny);
                json.writeEndObject();
            }
        }

        private static final class Lists {
            private List<String> allow = List.of();
            private List<String> deny = List.of();

            private void set(String field, JsonParser in) throws IOException {
                switch (field) {
                    case "allow" -> allow = JsonFields.texts(in);
                    case "deny" -> deny = JsonFields.texts(in);
                    default -> in.skipChildren();
                }
            }
        }
    }

    /** The INFO isn't one; carries nothing of what was sent. */
    public static final class MalformedInfoException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedInfoException() {
            super("malformed INFO", null, false, false);
        }
    }

    /** Whether it lets the same subjects in and out as another. */
    public boolean hasRulesOf(LinkInfo other) {
        return Objects.equals(importRules, other.importRules)
                && Objects.equals(exportRules, other.exportRules);
    }

    /**
     * Parses one INFO. As the reference: names in any case, unknown fields ignored, null leaves the
     * default, a field of the wrong type refuses the whole INFO.
     *
     * @param json the argument of INFO
     * @throws MalformedInfoException if it isn't a JSON object of the expected types
     */
    public static LinkInfo parse(byte[] json) throws MalformedInfoException {
        Builder fields = new Builder();
        try {
            JsonFields.read(json, fields::set);
        } catch (IOException e) {
            throw new MalformedInfoException();
        }
        return fields.build();
    }

    /**
     * Whether the port that was dialed isn't one for leaf nodes: the first INFO of such a port has
     * both a number of the connection, and an address for leaf nodes or an answer to come.
     */
    public boolean isOfNoLeafNodePort() {
        return clientId == 0 || leafnodeUrls.isEmpty() && !infoOnConnect;
    }

    /** The INFO line, field for field in the order of the reference. */
    public byte[] line() {
        return JsonLine.of("INFO ", this::write, " \r\n");
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStringField("server_id", serverId);
        json.writeStringField("server_name", serverName);
        json.writeStringField("version", version);
        json.writeNumberField("proto", proto);
        json.writeStringField("go", go);
        json.writeStringField("host", host);
        json.writeNumberField("port", port);
        json.writeBooleanField("headers", headers);
        JsonLine.writeIfSet(json, "auth_required", authRequired);
        JsonLine.writeIfSet(json, "tls_required", tlsRequired);
        JsonLine.writeIfSet(json, "tls_verify", tlsVerify);
        json.writeNumberField("max_payload", maxPayload);
        JsonLine.writeIfSet(json, "jetstream", jetstream);
        JsonLine.writeIfSet(json, "ip", ip);
        if (clientId != 0) {
            json.writeNumberField("client_id", clientId);
        }
        JsonLine.writeIfSet(json, "nonce", nonce);
        JsonLine.writeIfSet(json, "cluster", cluster);
        JsonLine.writeIfSet(json, "cluster_dynamic", clusterDynamic);
        JsonLine.writeIfSet(json, "domain", domain);
        JsonLine.writeIfSet(json, "connect_urls", connectUrls);
        JsonLine.writeIfSet(json, "ws_connect_urls", wsConnectUrls);
        JsonLine.writeIfSet(json, "ldm", ldm);
        JsonLine.writeIfSet(json, "compression", compression);
        JsonLine.writeIfSet(json, "connect_info", connectInfo);
        JsonLine.writeIfSet(json, "remote_account", remoteAccount);
        JsonLine.writeIfSet(json, "acc_is_sys", accIsSys);
        SubjectRules.write(json, "import", importRules);
        SubjectRules.write(json, "export", exportRules);
        JsonLine.writeIfSet(json, "lnoc", lnoc);
        JsonLine.writeIfSet(json, "lnocu", lnocu);
        JsonLine.writeIfSet(json, "ln", ln);
        JsonLine.writeIfSet(json, "info_on_connect", infoOnConnect);
        JsonLine.writeIfSet(json, "route_pool_size", routePoolSize);
        JsonLine.writeIfSet(json, "route_pool_idx", routePoolIdx);
        JsonLine.writeIfSet(json, "route_account", routeAccount);
        JsonLine.writeIfSet(json, "route_acc_add_reqid", routeAccAddReqId);
        JsonLine.writeIfSet(json, "gossip_mode", gossipMode);
        JsonLine.writeIfSet(json, "gateway", gateway);
        JsonLine.writeIfSet(json, "gateway_urls", gatewayUrls);
        JsonLine.writeIfSet(json, "gateway_url", gatewayUrl);
        JsonLine.writeIfSet(json, "gateway_cmd", gatewayCmd);
        JsonLine.writeIfSet(json, "gateway_cmd_payload", encoded(gatewayCmdPayload));
        JsonLine.writeIfSet(json, "gateway_nrp", gatewayNrp);
        JsonLine.writeIfSet(json, "gateway_iom", gatewayIom);
        JsonLine.writeIfSet(json, "leafnode_urls", leafnodeUrls);
    }

    private static String encoded(String payload) {
        return Base64.getEncoder().encodeToString(payload.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String base64) throws IOException {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("no base64", e);
        }
    }

    /** A builder of an INFO that says nothing yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with this INFO. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.serverId = serverId;
        builder.serverName = serverName;
        builder.version = version;
        builder.proto = proto;
        builder.go = go;
        builder.host = host;
        builder.port = port;
        builder.headers = headers;
        builder.authRequired = authRequired;
        builder.tlsRequired = tlsRequired;
        builder.tlsVerify = tlsVerify;
        builder.maxPayload = maxPayload;
        builder.jetstream = jetstream;
        builder.ip = ip;
        builder.clientId = clientId;
        builder.nonce = nonce;
        builder.cluster = cluster;
        builder.clusterDynamic = clusterDynamic;
        builder.domain = domain;
        builder.connectUrls = connectUrls;
        builder.wsConnectUrls = wsConnectUrls;
        builder.ldm = ldm;
        builder.compression = compression;
        builder.connectInfo = connectInfo;
        builder.remoteAccount = remoteAccount;
        builder.accIsSys = accIsSys;
        builder.importRules = importRules;
        builder.exportRules = exportRules;
        builder.lnoc = lnoc;
        builder.lnocu = lnocu;
        builder.ln = ln;
        builder.infoOnConnect = infoOnConnect;
        builder.routePoolSize = routePoolSize;
        builder.routePoolIdx = routePoolIdx;
        builder.routeAccount = routeAccount;
        builder.routeAccAddReqId = routeAccAddReqId;
        builder.gossipMode = gossipMode;
        builder.gateway = gateway;
        builder.gatewayUrls = gatewayUrls;
        builder.gatewayUrl = gatewayUrl;
        builder.gatewayCmd = gatewayCmd;
        builder.gatewayCmdPayload = gatewayCmdPayload;
        builder.gatewayNrp = gatewayNrp;
        builder.gatewayIom = gatewayIom;
        builder.leafnodeUrls = leafnodeUrls;
        return builder;
    }

    /** Makes an INFO; what isn't set is empty, 0, false or null. */
    public static final class Builder {
        private String serverId = "";
        private String serverName = "";
        private String version = "";
        private int proto;
        private String go = "";
        private String host = "";
        private int port;
        private boolean headers;
        private boolean authRequired;
        private boolean tlsRequired;
        private boolean tlsVerify;
        private int maxPayload;
        private boolean jetstream;
        private String ip = "";
        private long clientId;
        private String nonce = "";
        private String cluster = "";
        private boolean clusterDynamic;
        private String domain = "";
        private List<String> connectUrls = List.of();
        private List<String> wsConnectUrls = List.of();
        private boolean ldm;
        private String compression = "";
        private boolean connectInfo;
        private String remoteAccount = "";
        private boolean accIsSys;
        private @Nullable SubjectRules importRules;
        private @Nullable SubjectRules exportRules;
        private boolean lnoc;
        private boolean lnocu;
        private boolean ln;
        private boolean infoOnConnect;
        private int routePoolSize;
        private int routePoolIdx;
        private String routeAccount = "";
        private String routeAccAddReqId = "";
        private int gossipMode;
        private String gateway = "";
        private List<String> gatewayUrls = List.of();
        private String gatewayUrl = "";
        private int gatewayCmd;
        private String gatewayCmdPayload = "";
        private boolean gatewayNrp;
        private boolean gatewayIom;
        private List<String> leafnodeUrls = List.of();

        private void set(String field, JsonParser in) throws IOException {
            switch (field) {
                case "server_id" -> serverId = JsonFields.text(in);
                case "server_name" -> serverName = JsonFields.text(in);
                case "version" -> version = JsonFields.text(in);
                case "proto" -> proto = JsonFields.number(in);
                case "go" -> go = JsonFields.text(in);
                case "host" -> host = JsonFields.text(in);
                case "port" -> port = JsonFields.number(in);
                case "headers" -> headers = JsonFields.flag(in);
                case "auth_required" -> authRequired = JsonFields.flag(in);
                case "tls_required" -> tlsRequired = JsonFields.flag(in);
                case "tls_verify" -> tlsVerify = JsonFields.flag(in);
                case "max_payload" -> maxPayload = JsonFields.number(in);
                case "jetstream" -> jetstream = JsonFields.flag(in);
                case "ip" -> ip = JsonFields.text(in);
                case "client_id" -> clientId = JsonFields.number(in);
                case "nonce" -> nonce = JsonFields.text(in);
                case "cluster" -> cluster = JsonFields.text(in);
                case "cluster_dynamic" -> clusterDynamic = JsonFields.flag(in);
                case "domain" -> domain = JsonFields.text(in);
                case "connect_urls" -> connectUrls = JsonFields.texts(in);
                case "ws_connect_urls" -> wsConnectUrls = JsonFields.texts(in);
                case "ldm" -> ldm = JsonFields.flag(in);
                case "compression" -> compression = JsonFields.text(in);
                case "connect_info" -> connectInfo = JsonFields.flag(in);
                case "remote_account" -> remoteAccount = JsonFields.text(in);
                case "acc_is_sys" -> accIsSys = JsonFields.flag(in);
                case "import" -> importRules = SubjectRules.read(in);
                case "export" -> exportRules = SubjectRules.read(in);
                case "lnoc" -> lnoc = JsonFields.flag(in);
                case "lnocu" -> lnocu = JsonFields.flag(in);
                case "ln" -> ln = JsonFields.flag(in);
                case "info_on_connect" -> infoOnConnect = JsonFields.flag(in);
                case "route_pool_size" -> routePoolSize = JsonFields.number(in);
                case "route_pool_idx" -> routePoolIdx = JsonFields.number(in);
                case "route_account" -> routeAccount = JsonFields.text(in);
                case "route_acc_add_reqid" -> routeAccAddReqId = JsonFields.text(in);
                case "gossip_mode" -> gossipMode = JsonFields.number(in);
                case "gateway" -> gateway = JsonFields.text(in);
                case "gateway_urls" -> gatewayUrls = JsonFields.texts(in);
                case "gateway_url" -> gatewayUrl = JsonFields.text(in);
                case "gateway_cmd" -> gatewayCmd = JsonFields.number(in);
                case "gateway_cmd_payload" -> gatewayCmdPayload = decoded(JsonFields.text(in));
                case "gateway_nrp" -> gatewayNrp = JsonFields.flag(in);
                case "gateway_iom" -> gatewayIom = JsonFields.flag(in);
                case "leafnode_urls" -> leafnodeUrls = JsonFields.texts(in);
                default -> in.skipChildren();
            }
        }

        public Builder serverId(String value) {
            serverId = value;
            return this;
        }

        public Builder serverName(String value) {
            serverName = value;
            return this;
        }

        public Builder version(String value) {
            version = value;
            return this;
        }

        public Builder proto(int value) {
            proto = value;
            return this;
        }

        public Builder go(String value) {
            go = value;
            return this;
        }

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder headers(boolean value) {
            headers = value;
            return this;
        }

        public Builder authRequired(boolean value) {
            authRequired = value;
            return this;
        }

        public Builder tlsRequired(boolean value) {
            tlsRequired = value;
            return this;
        }

        public Builder tlsVerify(boolean value) {
            tlsVerify = value;
            return this;
        }

        public Builder maxPayload(int value) {
            maxPayload = value;
            return this;
        }

        public Builder jetstream(boolean value) {
            jetstream = value;
            return this;
        }

        public Builder ip(String value) {
            ip = value;
            return this;
        }

        public Builder clientId(long value) {
            clientId = value;
            return this;
        }

        public Builder nonce(String value) {
            nonce = value;
            return this;
        }

        public Builder cluster(String value) {
            cluster = value;
            return this;
        }

        public Builder clusterDynamic(boolean value) {
            clusterDynamic = value;
            return this;
        }

        public Builder domain(String value) {
            domain = value;
            return this;
        }

        public Builder connectUrls(List<String> value) {
            connectUrls = List.copyOf(value);
            return this;
        }

        public Builder wsConnectUrls(List<String> value) {
            wsConnectUrls = List.copyOf(value);
            return this;
        }

        public Builder ldm(boolean value) {
            ldm = value;
            return this;
        }

        public Builder compression(String value) {
            compression = value;
            return this;
        }

        public Builder connectInfo(boolean value) {
            connectInfo = value;
            return this;
        }

        public Builder remoteAccount(String value) {
            remoteAccount = value;
            return this;
        }

        public Builder accIsSys(boolean value) {
            accIsSys = value;
            return this;
        }

        public Builder importRules(@Nullable SubjectRules value) {
            importRules = value;
            return this;
        }

        public Builder exportRules(@Nullable SubjectRules value) {
            exportRules = value;
            return this;
        }

        public Builder lnoc(boolean value) {
            lnoc = value;
            return this;
        }

        public Builder lnocu(boolean value) {
            lnocu = value;
            return this;
        }

        public Builder ln(boolean value) {
            ln = value;
            return this;
        }

        public Builder infoOnConnect(boolean value) {
            infoOnConnect = value;
            return this;
        }

        public Builder routePoolSize(int value) {
            routePoolSize = value;
            return this;
        }

        public Builder routePoolIdx(int value) {
            routePoolIdx = value;
            return this;
        }

        public Builder routeAccount(String value) {
            routeAccount = value;
            return this;
        }

        public Builder routeAccAddReqId(String value) {
            routeAccAddReqId = value;
            return this;
        }

        public Builder leafnodeUrls(List<String> value) {
            leafnodeUrls = value;
            return this;
        }

        public Builder gossipMode(int value) {
            gossipMode = value;
            return this;
        }

        public Builder gateway(String value) {
            gateway = value;
            return this;
        }

        public Builder gatewayUrls(List<String> value) {
            gatewayUrls = List.copyOf(value);
            return this;
        }

        public Builder gatewayUrl(String value) {
            gatewayUrl = value;
            return this;
        }

        public Builder gatewayCmd(int value) {
            gatewayCmd = value;
            return this;
        }

        public Builder gatewayCmdPayload(String value) {
            gatewayCmdPayload = value;
            return this;
        }

        public Builder gatewayNrp(boolean value) {
            gatewayNrp = value;
            return this;
        }

        public Builder gatewayIom(boolean value) {
            gatewayIom = value;
            return this;
        }

        public LinkInfo build() {
            return new LinkInfo(
                    serverId,
                    serverName,
                    version,
                    proto,
                    go,
                    host,
                    port,
                    headers,
                    authRequired,
                    tlsRequired,
                    tlsVerify,
                    maxPayload,
                    jetstream,
                    ip,
                    clientId,
                    nonce,
                    cluster,
                    clusterDynamic,
                    domain,
                    connectUrls,
                    wsConnectUrls,
                    ldm,
                    compression,
                    connectInfo,
                    remoteAccount,
                    accIsSys,
                    importRules,
                    exportRules,
                    lnoc,
                    lnocu,
                    ln,
                    infoOnConnect,
                    routePoolSize,
                    routePoolIdx,
                    routeAccount,
                    routeAccAddReqId,
                    gossipMode,
                    gateway,
                    gatewayUrls,
                    gatewayUrl,
                    gatewayCmd,
                    gatewayCmdPayload,
                    gatewayNrp,
                    gatewayIom,
                    leafnodeUrls);
        }
    }
}

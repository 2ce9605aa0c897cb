package io.millrace.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a server tells its clients about itself, as the INFO line.
 *
 * @param serverId the server's id, a public nkey of the server kind
 * @param serverName its name; the id when it was given none
 * @param version the feature level: the version of the reference whose features clients may use
 * @param millrace Millrace's own version, an extra field of ours
 * @param runtime what it runs on; the reference puts its Go version into this field
 * @param host the host it is bound to
 * @param port the port it is bound to
 * @param maxPayload largest payload, in bytes
 * @param headers whether messages may have headers
 * @param authRequired whether a client must prove itself
 * @param tlsRequired whether a client must use TLS
 * @param tlsVerify whether a client must have a certificate
 * @param tlsAvailable whether a client may use TLS where it needn't
 * @param cluster the name of its cluster; empty if it is in none
 * @param connectUrls other addresses that clients may use
 * @param ldm whether the server is about to leave (lame duck mode)
 * @param jetStream whether it has JetStream
 * @param domain its JetStream domain; empty for none
 */
public record ServerInfo(
        String serverId,
        String serverName,
        String version,
        String millrace,
        String runtime,
        String host,
        int port,
        int maxPayload,
        boolean headers,
        boolean authRequired,
        boolean tlsRequired,
        boolean tlsVerify,
        boolean tlsAvailable,
        String cluster,
        List<String> connectUrls,
        boolean ldm,
        boolean jetStream,
        String domain) {

    private static final byte[] START = "INFO ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = " \r\n".getBytes(StandardCharsets.US_ASCII);

    /** The protocol level of servers: INFO may come at any time. */
    private static final int PROTO = 1;

    /** The level of the JetStream API that goes with {@link #version}. */
    private static final int API_LEVEL = 5;

    /** Not needed before somebody comes who is told: the start of a server does without. */
    private static final class Json {
        static final JsonFactory FACTORY = new JsonFactory();
    }

    /** One without JetStream. */
    public ServerInfo(
            String serverId,
            String serverName,
            String version,
            String millrace,
            String runtime,
            String host,
            int port,
            int maxPayload,
            boolean headers,
            boolean authRequired,
            boolean tlsRequired,
            boolean tlsVerify,
            boolean tlsAvailable,
            String cluster,
            List<String> connectUrls,
            boolean ldm) {
        this(
                serverId,
                serverName,
                version,
                millrace,
                runtime,
                host,
                port,
                maxPayload,
                headers,
                authRequired,
                tlsRequired,
                tlsVerify,
                tlsAvailable,
                cluster,
                connectUrls,
                ldm,
                false,
                "");
    }

    /** This server, about to leave. */
    public ServerInfo inLameDuckMode() {
        return with(maxPayload, tlsRequired, cluster, connectUrls, true);
    }

    /** This server, to a client that has come over TLS before it was told anything. */
    public ServerInfo overTls() {
        return with(maxPayload, true, cluster, connectUrls, ldm);
    }

    /** This server, in a cluster of that name. */
    public ServerInfo inCluster(String name) {
        return with(maxPayload, tlsRequired, name, connectUrls, ldm);
    }

    /** This server, and others that clients may use. */
    public ServerInfo withConnectUrls(List<String> urls) {
        return with(maxPayload, tlsRequired, cluster, urls, ldm);
    }

    /** This server, to a client whose payloads may be of so many bytes. */
    public ServerInfo withMaxPayload(int bytes) {
        return bytes == maxPayload ? this : with(bytes, tlsRequired, cluster, connectUrls, ldm);
    }

    /**
     * This server, to an application in its JVM: nothing lies between them that TLS would secure.
     */
    public ServerInfo inProcess() {
        return new ServerInfo(
                serverId,
                serverName,
                version,
                millrace,
                runtime,
                host,
                port,
                maxPayload,
                headers,
                authRequired,
                false,
                false,
                false,
                cluster,
                connectUrls,
                ldm,
                jetStream,
                domain);
    }

    /** This server, to a client that has come by WebSocket: to another port, with its own rules. */
    public ServerInfo overWebSocket(
            String itsHost,
            int itsPort,
            boolean itsAuthRequired,
            boolean tls,
            boolean itsTlsVerify,
            List<String> itsConnectUrls) {
        return new ServerInfo(
                serverId,
                serverName,
                version,
                millrace,
                runtime,
                itsHost,
                itsPort,
                maxPayload,
                headers,
                itsAuthRequired,
                tls,
                itsTlsVerify,
                tls,
                cluster,
                itsConnectUrls,
                ldm,
                jetStream,
                domain);
    }

    private ServerInfo with(
            int newMaxPayload,
            boolean newTlsRequired,
            String newCluster,
            List<String> newUrls,
            boolean newLdm) {
        return new ServerInfo(
                serverId,
                serverName,
                version,
                millrace,
                runtime,
                host,
                port,
                newMaxPayload,
                headers,
                authRequired,
                newTlsRequired,
                tlsVerify,
                tlsAvailable,
                newCluster,
                newUrls,
                newLdm,
                jetStream,
                domain);
    }

    /**
     * The INFO line for one client.
     *
     * @param clientId the id this server gave the connection
     * @param clientIp the address the client comes from; empty if there is none
     * @param account the account the client belongs to, once it has connected; empty before. With
     *     an account, the line is the one that follows a client's first PING.
     * @param nonce what the client is to sign if it has an nkey; empty for none
     */
    public byte[] line(long clientId, String clientIp, String account, String nonce) {
        return line(clientId, clientIp, account, nonce, false);
    }

    /**
     * The same.
     *
     * @param system whether the account is the system account
     */
    public byte[] line(
            long clientId, String clientIp, String account, String nonce, boolean system) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.writeBytes(START);
        try (JsonGenerator json = Json.FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("server_id", serverId);
            json.writeStringField("server_name", serverName);
            json.writeStringField("version", version);
            json.writeNumberField("proto", PROTO);
            json.writeStringField("go", runtime);
            json.writeStringField("host", host);
            json.writeNumberField("port", port);
            json.writeBooleanField("headers", headers);
            writeIfTrue(json, "auth_required", authRequired);
            writeIfTrue(json, "tls_required", tlsRequired);
            writeIfTrue(json, "tls_verify", tlsVerify);
            writeIfTrue(json, "tls_available", tlsAvailable);
            json.writeNumberField("max_payload", maxPayload);
            writeIfTrue(json, "jetstream", jetStream);
            json.writeNumberField("client_id", clientId);
            if (!clientIp.isEmpty()) {
                json.writeStringField("client_ip", clientIp);
            }
            if (!nonce.isEmpty()) {
                json.writeStringField("nonce", nonce);
            }
            if (!cluster.isEmpty()) {
                json.writeStringField("cluster", cluster);
            }
            if (!domain.isEmpty()) {
                json.writeStringField("domain", domain);
            }
            if (!connectUrls.isEmpty()) {
                json.writeArrayFieldStart("connect_urls");
                for (String url : connectUrls) {
                    json.writeString(url);
                }
                json.writeEndArray();
            }
            writeIfTrue(json, "ldm", ldm);
            if (!account.isEmpty()) {
                json.writeBooleanField("connect_info", true);
                json.writeStringField("remote_account", account);
                writeIfTrue(json, "acc_is_sys", system);
            }
            json.writeNumberField("api_lvl", API_LEVEL);
            json.writeStringField("millrace", millrace);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.writeBytes(END);
        return out.toByteArray();
    }

    private static void writeIfTrue(JsonGenerator json, String name, boolean value)
            throws IOException {
        if (value) {
            json.writeBooleanField(name, true);
        }
    }
}

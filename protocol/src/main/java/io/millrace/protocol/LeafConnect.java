package io.millrace.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;

import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.ConnectParser.MalformedConnectException;

import java.io.IOException;
import java.util.List;

/**
 * What a leaf node says of itself when it connects, as the CONNECT line.
 *
 * <p>Strings that weren't sent are empty. {@link #toString} doesn't show secrets.
 *
 * @param version its feature level, as a version of the reference; older servers say none
 * @param credentials what it proves itself with
 * @param serverId its id
 * @param domain its JetStream domain
 * @param name its name
 * @param hub whether it takes the part of the hub
 * @param cluster the name of its cluster, or its own where it is in none
 * @param headers whether it understands HMSG
 * @param jetstream whether its account has JetStream
 * @param denyPub subjects that the other side shall not send to it
 * @param isolate whether it doesn't want to be told of other leaf nodes' interest
 * @param compression how it compresses what it sends
 * @param gateway the name of a gateway: it came to the wrong port then; never written
 * @param remoteAccount its account's name
 * @param proto its level of the protocol between servers
 * @param lang the language of a client library: it isn't a server then; never written
 * @param account an account asked for, which nobody may; never written
 * @param newAccount an account to be made, which nobody may; never written
 */
public record LeafConnect(
        String version,
        Credentials credentials,
        String serverId,
        String domain,
        String name,
        boolean hub,
        String cluster,
        boolean headers,
        boolean jetstream,
        List<String> denyPub,
        boolean isolate,
        String compression,
        String gateway,
        String remoteAccount,
        int proto,
        String lang,
        String account,
        boolean newAccount) {

    /**
     * Parses one CONNECT. As the reference: names in any case, unknown fields ignored (and never
     * shown), null leaves the default, a field of the wrong type refuses the whole CONNECT.
     *
     * @param json the argument of CONNECT
     * @throws MalformedConnectException if it isn't a JSON object of the expected types
     */
    public static LeafConnect parse(byte[] json) throws MalformedConnectException {
        Builder fields = new Builder();
        try {
            JsonFields.read(json, fields::set);
        } catch (IOException e) {
            // The cause would quote what the peer sent: secrets, perhaps.
            throw new MalformedConnectException();
        }
        return fields.build();
    }

    /** The CONNECT line, field for field in the order of the reference. */
    public byte[] line() {
        return JsonLine.of("CONNECT ", this::write, "\r\n");
    }

    private void write(JsonGenerator json) throws IOException {
        JsonLine.writeIfSet(json, "version", version);
        JsonLine.writeIfSet(json, "nkey", credentials.nkey());
        JsonLine.writeIfSet(json, "jwt", credentials.jwt());
        JsonLine.writeIfSet(json, "sig", credentials.sig());
        JsonLine.writeIfSet(json, "user", credentials.user());
        JsonLine.writeIfSet(json, "pass", credentials.pass());
        JsonLine.writeIfSet(json, "auth_token", credentials.authToken());
        JsonLine.writeIfSet(json, "server_id", serverId);
        JsonLine.writeIfSet(json, "domain", domain);
        JsonLine.writeIfSet(json, "name", name);
        JsonLine.writeIfSet(json, "is_hub", hub);
        JsonLine.writeIfSet(json, "cluster", cluster);
        JsonLine.writeIfSet(json, "headers", headers);
        JsonLine.writeIfSet(json, "jetstream", jetstream);
        JsonLine.writeIfSet(json, "deny_pub", denyPub);
        JsonLine.writeIfSet(json, "isolate", isolate);
        JsonLine.writeIfSet(json, "compress_mode", compression);
        JsonLine.writeIfSet(json, "remote_account", remoteAccount);
        JsonLine.writeIfSet(json, "protocol", proto);
    }

    @Override
    public String toString() {
        return "LeafConnect[name="
                + name
                + ", cluster="
                + cluster
                + ", remoteAccount="
                + remoteAccount
                + ", "
                + credentials
                + "]";
    }

    /** A builder of a CONNECT that says nothing yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Makes a CONNECT; what isn't set is empty, 0 or false. */
    public static final class Builder {
        private String version = "";
        private String nkey = "";
        private String jwt = "";
        private String sig = "";
        private String user = "";
        private String pass = "";
        private String authToken = "";
        private String serverId = "";
        private String domain = "";
        private String name = "";
        private boolean hub;
        private String cluster = "";
        private boolean headers;
        private boolean jetstream;
        private List<String> denyPub = List.of();
        private boolean isolate;
        private String compression = "";
        private String gateway = "";
        private String remoteAccount = "";
        private int proto;
        private String lang = "";
        private String account = "";
        private boolean newAccount;

        private Builder() {}

        private void set(String field, JsonParser in) throws IOException {
            switch (field) {
                case "version" -> version = JsonFields.text(in);
                case "nkey" -> nkey = JsonFields.text(in);
                case "jwt" -> jwt = JsonFields.text(in);
                case "sig" -> sig = JsonFields.text(in);
                case "user" -> user = JsonFields.text(in);
                case "pass" -> pass = JsonFields.text(in);
                case "auth_token" -> authToken = JsonFields.text(in);
                case "server_id" -> serverId = JsonFields.text(in);
                case "domain" -> domain = JsonFields.text(in);
                case "name" -> name = JsonFields.text(in);
                case "is_hub" -> hub = JsonFields.flag(in);
                case "cluster" -> cluster = JsonFields.text(in);
                case "headers" -> headers = JsonFields.flag(in);
                case "jetstream" -> jetstream = JsonFields.flag(in);
                case "deny_pub" -> denyPub = JsonFields.texts(in);
                case "isolate" -> isolate = JsonFields.flag(in);
                case "compress_mode" -> compression = JsonFields.text(in);
                case "gateway" -> gateway = JsonFields.text(in);
                case "remote_account" -> remoteAccount = JsonFields.text(in);
                case "protocol" -> proto = JsonFields.number(in);
                case "lang" -> lang = JsonFields.text(in);
                case "account" -> account = JsonFields.text(in);
                case "new_account" -> newAccount = JsonFields.flag(in);
                default -> in.skipChildren();
            }
        }

        public Builder version(String value) {
            version = value;
            return this;
        }

        public Builder credentials(Credentials value) {
            nkey = value.nkey();
            jwt = value.jwt();
            sig = value.sig();
            user = value.user();
            pass = value.pass();
            authToken = value.authToken();
            return this;
        }

        public Builder serverId(String value) {
            serverId = value;
            return this;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder hub(boolean value) {
            hub = value;
            return this;
        }

        public Builder cluster(String value) {
            cluster = value;
            return this;
        }

        public Builder headers(boolean value) {
            headers = value;
            return this;
        }

        public Builder denyPub(List<String> value) {
            denyPub = value;
            return this;
        }

        public Builder isolate(boolean value) {
            isolate = value;
            return this;
        }

        public Builder compression(String value) {
            compression = value;
            return this;
        }

        public Builder domain(String value) {
            domain = value;
            return this;
        }

        public Builder jetstream(boolean value) {
            jetstream = value;
            return this;
        }

        public Builder remoteAccount(String value) {
            remoteAccount = value;
            return this;
        }

        public Builder proto(int value) {
            proto = value;
            return this;
        }

        public LeafConnect build() {
            return new LeafConnect(
                    version,
                    new Credentials(user, pass, authToken, jwt, nkey, sig),
                    serverId,
                    domain,
                    name,
                    hub,
                    cluster,
                    headers,
                    jetstream,
                    denyPub,
                    isolate,
                    compression,
                    gateway,
                    remoteAccount,
                    proto,
                    lang,
                    account,
                    newAccount);
        }
    }
}

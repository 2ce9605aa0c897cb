package io.millrace.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;

import io.millrace.protocol.ConnectParser.MalformedConnectException;

import java.io.IOException;

/**
 * What the server that opens a route or a gateway says of itself first, as the CONNECT line.
 *
 * <p>Strings that weren't sent are empty. {@link #toString} doesn't show user and password.
 *
 * @param echo whether messages come back to their sender; says nothing on a route
 * @param verbose whether each command is to be answered with {@code +OK}
 * @param pedantic whether subjects are to be checked; says nothing on a route
 * @param user what the server proves itself with
 * @param pass and the password; never shown
 * @param tlsRequired whether it is set up with TLS
 * @param headers whether it understands HMSG
 * @param name the server's id
 * @param cluster the name of its cluster
 * @param clusterDynamic whether that name was made up
 * @param lang the language of a client library: it isn't a server then; never written
 * @param gateway the name of its cluster, on a gateway; on a route it came to the wrong port then
 * @param account an account asked for, which nobody may; never written
 * @param newAccount an account to be made, which nobody may; never written
 */
public record RouteConnect(
        boolean echo,
        boolean verbose,
        boolean pedantic,
        String user,
        String pass,
        boolean tlsRequired,
        boolean headers,
        String name,
        String cluster,
        boolean clusterDynamic,
        String lang,
        String gateway,
        String account,
        boolean newAccount) {

    /**
     * What a server says that opens a route.
     *
     * @param headers whether it understands HMSG
     * @param user empty if the other server asks for none
     * @param pass empty, too, then
     */
    public static RouteConnect of(
            String serverId,
            String cluster,
            boolean clusterDynamic,
            boolean tlsRequired,
            boolean headers,
            String user,
            String pass) {
        return new RouteConnect(
                true,
                false,
                false,
                user,
                pass,
                tlsRequired,
                headers,
                serverId,
                cluster,
                clusterDynamic,
                "",
                "",
                "",
                false);
    }

    /**
     * What a server says that opens a gateway.
     *
     * @param cluster the name of its own cluster
     * @param user empty if the other server asks for none
     * @param pass empty, too, then
     */
    public static RouteConnect ofGateway(
            String serverId, String cluster, boolean tlsRequired, String user, String pass) {
        return new RouteConnect(
                false,
                false,
                false,
                user,
                pass,
                tlsRequired,
                false,
                serverId,
                "",
                false,
                "",
                cluster,
                "",
                false);
    }

    /**
     * Parses one CONNECT. As the reference: names in any case, unknown fields ignored (and never
     * shown), null leaves the default, a field of the wrong type refuses the whole CONNECT.
     *
     * @param json the argument of CONNECT
     * @throws MalformedConnectException if it isn't a JSON object of the expected types
     */
    public static RouteConnect parse(byte[] json) throws MalformedConnectException {
        Fields fields = new Fields();
        try {
            JsonFields.read(json, fields::set);
        } catch (IOException e) {
            // The cause would quote what the peer sent: secrets, perhaps.
            throw new MalformedConnectException();
        }
        return fields.connect();
    }

    /** The CONNECT line, field for field in the order of the reference. */
    public byte[] line() {
        return JsonLine.of("CONNECT ", this::write, "\r\n");
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeBooleanField("echo", echo);
        json.writeBooleanField("verbose", verbose);
        json.writeBooleanField("pedantic", pedantic);
        JsonLine.writeIfSet(json, "user", user);
        JsonLine.writeIfSet(json, "pass", pass);
        json.writeBooleanField("tls_required", tlsRequired);
        json.writeBooleanField("headers", headers);
        json.writeStringField("name", name);
        json.writeStringField("cluster", cluster);
        JsonLine.writeIfSet(json, "cluster_dynamic", clusterDynamic);
        // On a route, what comes from leaf nodes may say so.
        JsonLine.writeIfSet(json, "lnoc", gateway.isEmpty());
        JsonLine.writeIfSet(json, "ln", gateway.isEmpty());
        JsonLine.writeIfSet(json, "gateway", gateway);
    }

    @Override
    public String toString() {
        return "RouteConnect[name="
                + name
                + ", cluster="
                + cluster
                + (user.isEmpty() ? "" : ", user")
                + (pass.isEmpty() ? "" : ", pass")
                + "]";
    }

    /** The fields as they come. */
    private static final class Fields {
        private boolean echo;
        private boolean verbose;
        private boolean pedantic;
        private String user = "";
        private String pass = "";
        private boolean tlsRequired;
        private boolean headers;
        private String name = "";
        private String cluster = "";
        private boolean clusterDynamic;
        private String lang = "";
        private String gateway = "";
        private String account = "";
        private boolean newAccount;

        private void set(String field, JsonParser in) throws IOException {
            switch (field) {
                case "echo" -> echo = JsonFields.flag(in);
                case "verbose" -> verbose = JsonFields.flag(in);
                case "pedantic" -> pedantic = JsonFields.flag(in);
                case "user" -> user = JsonFields.text(in);
                case "pass" -> pass = JsonFields.text(in);
                case "tls_required" -> tlsRequired = JsonFields.flag(in);
                case "headers" -> headers = JsonFields.flag(in);
                case "name" -> name = JsonFields.text(in);
                case "cluster" -> cluster = JsonFields.text(in);
                case "cluster_dynamic" -> clusterDynamic = JsonFields.flag(in);
                case "lang" -> lang = JsonFields.text(in);
                case "gateway" -> gateway = JsonFields.text(in);
                case "account" -> account = JsonFields.text(in);
                case "new_account" -> newAccount = JsonFields.flag(in);
                default -> in.skipChildren();
            }
        }

        private RouteConnect connect() {
            return new RouteConnect(
                    echo,
                    verbose,
                    pedantic,
                    user,
                    pass,
                    tlsRequired,
                    headers,
                    name,
                    cluster,
                    clusterDynamic,
                    lang,
                    gateway,
                    account,
                    newAccount);
        }
    }
}

package io.millrace.bench.siege;

/** What a server that is besieged is started with. */
enum Ground {
    /** Users, a cluster, TLS for who wants it, small bounds: nearly all sieges. */
    FULL(
            """
            max_control_line: 32704
            write_deadline: "2s"
            lame_duck_duration: "30s"
            lame_duck_grace_period: "1s"
            tls { cert_file: "{folder}/cert.pem", key_file: "{folder}/key.pem" }
            allow_non_tls: true
            authorization {
              users: [
                {user: neutral, password: neutral}
                {user: guest, password: guest}
                {user: narrow, password: narrow, permissions: {
                  publish: "narrow.>", subscribe: "narrow.>"}}
                {user: responder, password: responder, permissions: {
                  publish: "narrow.>", subscribe: "svc.>",
                  allow_responses: {max: 5, expires: "5m"}}}
                {user: hashed,
                  password: "$2a$08$qZ75P8OT3agFMFAkZeXIUuohCpl4KZPhxzgjMocGoKLUrbWA/NIlq"}
              ]
            }
            no_auth_user: guest
            cluster { name: C, listen: "127.0.0.1:{cluster}" }
            """),

    /** No users, no cluster, no TLS. */
    ALONE("write_deadline: \"2s\"\n"),

    /** As the full one, and its standard error, where it traces, is a pipe that nobody reads. */
    UNREAD_LOG(FULL.config);

    private static final String COMMON =
            """
            listen: "127.0.0.1:{port}"
            http: "127.0.0.1:{http}"
            server_name: "besieged-{port}"
            threading: {threading}
            max_pending: 1MB
            max_closed_clients: {generation}
            """;

    private final String config;

    Ground(String config) {
        this.config = config;
    }

    /** The configuration file, with places to fill in. */
    String config() {
        return COMMON + config;
    }

    boolean isLogRead() {
        return this != UNREAD_LOG;
    }
}

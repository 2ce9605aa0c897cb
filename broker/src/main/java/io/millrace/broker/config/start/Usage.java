package io.millrace.broker.config.start;

/** What {@code --help} prints. */
final class Usage {
    static final String TEXT =
            """

            Usage: PROGRAM [options]
                   PROGRAM mkpasswd [-p] [-c cost]    Make a bcrypt hash of a password

            Millrace, a NATS server for the JVM. Flags are nats-server's; they go before the keys of
            a configuration file.

            Server:
                -a, --addr, --net <host>         Address to listen on (default: 0.0.0.0)
                -p, --port <port>                Port for clients, -1 for any free one (default: 4222)
                -m, --http_port <port>           Port for monitoring over HTTP, -1 for any free one
                -ms,--https_port <port>          Port for monitoring over HTTPS
                -n, --name
                    --server_name <name>         Name of the server (default: its id)
                -P, --pid <file>                 File to write the process id to
                -c, --config <file>              Configuration file
                -t                               Check the configuration, print its digest and exit
                -sl,--signal <signal>[=<pid>]    Send a signal to a running server: ldm, stop, quit,
                                                 term, reopen, reload. <pid> is a process id, a
                                                 pattern such as 12*, or a file that holds one
                    --client_advertise <address> host[:port] to tell clients instead of our own
                    --ports_file_dir <dir>       Write <program>_<pid>.ports into this folder
                    --strict-reload              Reload all changes of the configuration or, if one
                                                 of them needs a restart, none
                    --threading <mode>           auto, inline or dedicated (default: auto, which is
                                                 inline on up to 3 cores)

            Logging:
                -l, --log <file>                 Log to a file instead of standard error
                -T, --logtime                    Begin each line with the time (default: true)
                    --logtime_utc                Give that time in UTC
                -s, --syslog                     Log to the local syslog
                -r, --remote_syslog <address>    Log to a remote syslog, such as udp://localhost:514
                    --log_format <format>        text or json (default: text)
                    --log_size_limit <bytes>     Rotate the log file at this size
                -D, --debug                      Log debugging details
                -V, --trace                      Log the protocol
                -VV                              Log the protocol, the system account's too
                -DV                              -D and -V
                -DVV                             -D and -VV
                    --max_traced_msg_len <n>     Bytes of a payload to show in traces (default: all)

            Authorization:
                    --user <user>                The only user; everybody else is turned away
                    --pass <password>            That user's password, plain or hashed with bcrypt
                    --auth <token>               What every client must present

            Cluster:
                    --cluster
                    --cluster_listen <url>       URL to listen on for routes, such as
                                                 nats://user:pass@0.0.0.0:6222; port -1 for any free
                                                 one, an empty URL for no cluster
                    --routes <url,...>           Other members to open routes to
                    --cluster_name <name>        Name of the cluster (default: one is made up)
                    --cluster_advertise <addr>   host[:port] to tell other members instead of our own
                    --no_advertise               Do not tell clients of the other members
                    --connect_retries <n>        How often to try implicit routes again

            JetStream:
                -js,--jetstream                  Store messages in streams
                -sd,--store_dir <dir>            Where to (default: nats in the temporary folder,
                                                 which the system may clear away)

            TLS:
                    --tls                        Require TLS; --tls=false switches the file's off
                    --tlscert <file>             The server's certificate
                    --tlskey <file>              Its private key
                    --tlsverify                  Clients must have a certificate
                    --tlscacert <file>           Who may vouch for clients

            Common:
                -h, --help                       Show this text
                    --help_tls                   Show how TLS is configured
                -v, --version                    Show the version

            Not built yet, and refused: --profile.
            """;

    private Usage() {}
}

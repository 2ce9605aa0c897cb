package io.millrace.protocol;

/** What nats-servers 2.15 said to each other, without line ends. */
final class RouteTranscripts {
    /** The INFO of a server that was dialed. */
    static final String ACCEPTED_INFO =
            """
            {"server_id":"NC6ZQAT6N6F4WA42EZDYUQ22W436UTYHUYHFK5NP7LM4UFAULZR2DRSB",\
            "server_name":"A","version":"2.15.2","proto":3,"go":"go1.26.8","host":"127.0.0.1",\
            "port":24103,"headers":true,"max_payload":1048576,"nonce":"ZHivyEzaXRbRSZY",\
            "cluster":"C1","connect_urls":["127.0.0.1:24101"],"compression":"accept",\
            "lnoc":true,"lnocu":true,"ln":true,"route_pool_size":3}""";

    /** The INFO of the server that dialed, on the second connection of its pool. */
    static final String POOLED_INFO =
            """
            {"server_id":"NC6ZQAT6N6F4WA42EZDYUQ22W436UTYHUYHFK5NP7LM4UFAULZR2DRSB",\
            "server_name":"A","version":"2.15.2","proto":3,"go":"go1.26.8","host":"127.0.0.1",\
            "port":24103,"headers":true,"max_payload":1048576,"nonce":"sePyHg8RgbHaSLU",\
            "cluster":"C1","connect_urls":["127.0.0.1:24101"],"compression":"off",\
            "lnoc":true,"lnocu":true,"ln":true,"route_pool_size":3,"route_pool_idx":1}""";

    /** Its INFO on the route that carries the system account only. */
    static final String ACCOUNT_INFO =
            """
            {"server_id":"NC6ZQAT6N6F4WA42EZDYUQ22W436UTYHUYHFK5NP7LM4UFAULZR2DRSB",\
            "server_name":"A","version":"2.15.2","proto":3,"go":"go1.26.8","host":"127.0.0.1",\
            "port":24103,"headers":true,"max_payload":1048576,"nonce":"qE9Glv2s6AL67fQ",\
            "cluster":"C1","connect_urls":["127.0.0.1:24101"],"compression":"off",\
            "lnoc":true,"lnocu":true,"ln":true,"route_pool_size":3,"route_account":"SYS"}""";

    /** Its CONNECT. */
    static final String CONNECT =
            """
            {"echo":true,"verbose":false,"pedantic":false,"tls_required":false,"headers":true,\
            "name":"NC6ZQAT6N6F4WA42EZDYUQ22W436UTYHUYHFK5NP7LM4UFAULZR2DRSB","cluster":"C1",\
            "lnoc":true,"ln":true}""";

    private RouteTranscripts() {}
}

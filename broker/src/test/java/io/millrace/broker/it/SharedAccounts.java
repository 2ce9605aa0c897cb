package io.millrace.broker.it;

/** Accounts that share, for tests of clusters whose servers all have them. */
final class SharedAccounts {
    /** Only the system's, and one that shares nothing. */
    static final String NONE =
            """
            system_account: SYS
            accounts {
              SYS { users: [{user: sys, password: x}] }
              K { users: [{user: k, password: x}] }
            }
            """;

    /** Those that could share, but don't. */
    static final String ALONE =
            """
            system_account: SYS
            accounts {
              SYS { users: [{user: sys, password: x}] }
              E { users: [{user: e, password: x}] }
              I { users: [{user: i, password: x}] }
              C { users: [{user: c, password: x}] }
            }
            """;

    /** Exporter, importer and a customer of that one. */
    static final String SHARING =
            """
            system_account: SYS
            accounts {
              SYS { users: [{user: sys, password: x}] }
              E {
                users: [{user: e, password: x}]
                exports: [
                  {stream: "s.>"}
                  {stream: "pair.*.*"}
                  {service: "req.>"}
                  {service: "many", response_type: stream}
                  {service: "parts", response_type: chunked}
                  {service: "mapped"}
                  {service: "told", latency: {subject: took, sampling: 100}}
                  {service: "traced", latency: {subject: took, sampling: headers}}
                ]
                mappings: {"mapped": "elsewhere", "s.old": "s.new"}
              }
              I {
                users: [{user: i, password: x}]
                imports: [
                  {stream: {account: E, subject: "s.>"}, prefix: in}
                  {stream: {account: E, subject: "pair.*.*"}, to: "turned.$2.$1"}
                  {service: {account: E, subject: "req.>"}}
                  {service: {account: E, subject: "req.deep.*"}, to: "ask.*", share: true}
                  {service: {account: E, subject: "many"}}
                  {service: {account: E, subject: "parts"}}
                  {service: {account: E, subject: "mapped"}}
                  {service: {account: E, subject: "told"}}
                  {service: {account: E, subject: "traced"}}
                ]
                exports: [{service: "ask.*"}]
              }
              C {
                users: [{user: c, password: x}]
                imports: [{service: {account: I, subject: "ask.*"}, to: "far.*"}]
                mappings: {
                  "old.*": "new.$1"
                  "once.*": "twice.$1"
                  "twice.*": "thrice.$1"
                  "half.*": [
                    {destination: "one.$1", weight: 50%}
                    {destination: "other.$1", weight: 50%}
                  ]
                  "where.*": [
                    {destination: "here.$1", weight: 100%, cluster: C}
                    {destination: "there.$1", weight: 100%, cluster: D}
                  ]
                }
              }
            }
            """;

    private SharedAccounts() {}
}

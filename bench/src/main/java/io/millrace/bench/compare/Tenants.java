package io.millrace.bench.compare;

import io.millrace.bench.load.AccountLoad;
import io.millrace.bench.load.CrowdLoad;
import io.millrace.bench.load.Load;
import io.millrace.bench.load.Login;
import io.millrace.bench.load.Naming;
import io.millrace.bench.load.RequestLoad;
import io.millrace.bench.load.StreamLoad;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Accounts, and the loads that show what they cost: what goes through an import or a mapping beside
 * the same inside one account, and very many accounts at once.
 *
 * @param crowd the many accounts
 */
record Tenants(CrowdLoad crowd) {
    /** What is measured. */
    static final Tenants ALL = new Tenants(new CrowdLoad(1_000, 10, 50, 128));

    private static final String PLAIN = "inside one account, ";
    private static final String IMPORTED_STREAM = "stream import with a prefix, ";
    private static final String IMPORTED_SERVICE = "service import, ";
    private static final String MAPPED = "weighted mapping, ";

    private static final Login ALONE = new Login("alone", "p4ssword");
    private static final Login EXPORTER = new Login("exporter", "p4ssword");
    private static final Login IMPORTER = new Login("importer", "p4ssword");
    private static final Login MAPPER = new Login("mapper", "p4ssword");

    private static final Naming UNDER_PREFIX =
            new Naming("bench.", List.of("from.bench.>"), Map.of("from.bench.", 1.0));
    private static final Naming WEIGHTED =
            new Naming(
                    "source.",
                    List.of("mapped.a.>", "mapped.b.>"),
                    Map.of("mapped.a.", 0.8, "mapped.b.", 0.2));

    /** The accounts of all but the crowd. */
    private static final String SHARING =
            """
              ALONE { users: [%s] }
              EXPORTER {
                users: [%s]
                exports: [{stream: "bench.>"}, {service: "bench.service"}]
              }
              IMPORTER {
                users: [%s]
                imports: [
                  {stream: {account: EXPORTER, subject: "bench.>"}, prefix: "from"}
                  {service: {account: EXPORTER, subject: "bench.service"}}
                ]
              }
              MAPPER {
                users: [%s]
                mappings: {
                  "source.000000": [
                    {destination: "mapped.a.000000", weight: "80%%"}
                    {destination: "mapped.b.000000", weight: "20%%"}
                  ]
                }
              }
            """;

    /** The configuration file of every server. */
    String configuration() {
        StringBuilder text = new StringBuilder("accounts {\n");
        text.append(SHARING.formatted(user(ALONE), user(EXPORTER), user(IMPORTER), user(MAPPER)));
        for (int i = 0; i < crowd.accounts(); i++) {
            text.append("  TENANT%d { users: [%s] }\n".formatted(i, user(CrowdLoad.login(i))));
        }
        return text.append("}\n").toString();
    }

    private static String user(Login login) {
        return "{user: %s, password: %s}".formatted(login.user(), login.password());
    }

    List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (int size : List.of(16, 128)) {
            String name = "1 to 1, %d B".formatted(size);
            Load plain = StreamLoad.of(1, 1, size);
            Load imported = StreamLoad.of(1, 1, UNDER_PREFIX, size);
            Load mapped = StreamLoad.of(1, 1, WEIGHTED, size);
            all.add(scenario(PLAIN + name, ALONE, ALONE, plain));
            all.add(scenario(IMPORTED_STREAM + name, EXPORTER, IMPORTER, imported));
            all.add(scenario(MAPPED + name, MAPPER, MAPPER, mapped));
        }
        for (int requesters : List.of(1, 8)) {
            Load requests = new RequestLoad(requesters, 16);
            String name = "request-reply, %d requester".formatted(requesters);
            name += requesters == 1 ? "" : "s";
            all.add(scenario(PLAIN + name, ALONE, ALONE, requests));
            all.add(scenario(IMPORTED_SERVICE + name, IMPORTER, EXPORTER, requests));
        }
        String name = "%,d accounts of %d, %d of them busy, %d B";
        name = name.formatted(crowd.accounts(), crowd.clientsEach(), crowd.busy(), crowd.size());
        all.add(Scenario.warm(name, crowd));
        return all;
    }

    private static Scenario scenario(String name, Login publisher, Login subscriber, Load load) {
        return Scenario.warm(name, new AccountLoad(publisher, subscriber, load));
    }

    /** The scenario that does the same inside one account; the same name if there is none. */
    static String plainName(String name) {
        for (String shared : List.of(IMPORTED_STREAM, IMPORTED_SERVICE, MAPPED)) {
            if (name.startsWith(shared)) {
                return PLAIN + name.substring(shared.length());
            }
        }
        return name;
    }
}

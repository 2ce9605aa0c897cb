package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.account.MappingOptions;
import io.millrace.protocol.MapDest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same API of JetStream under two names: the server's own, and one with a domain, by which
 * other servers tell it from theirs. What stands on the API, key values and objects, has names of
 * its own, which follow the domain's.
 */
final class DomainMappings {
    private static final int ALWAYS = 100;
    private static final String API = "$JS.API.>";

    /** What stands behind {@code $JS.<domain>.API.}, and what that is without domain. */
    private static final Map<String, String> SUBJECTS = new LinkedHashMap<>();

    static {
        SUBJECTS.put("INFO", "$JS.API.INFO");
        for (String part :
                new String[] {"STREAM", "CONSUMER", "DIRECT", "META", "SERVER", "ACCOUNT"}) {
            SUBJECTS.put(part + ".>", "$JS.API." + part + ".>");
        }
        SUBJECTS.put("$KV.>", "$KV.>");
        SUBJECTS.put("$OBJ.>", "$OBJ.>");
    }

    private DomainMappings() {}

    /** For an account with JetStream: the domain's names are the server's own. */
    static List<MappingOptions> of(String domain) {
        List<MappingOptions> mappings = new ArrayList<>();
        SUBJECTS.forEach((end, own) -> mappings.add(mapping(named(domain, end), own)));
        return mappings;
    }

    /** For an account without: whoever asks this server asks that domain. */
    static List<MappingOptions> to(String domain) {
        List<MappingOptions> mappings = new ArrayList<>();
        SUBJECTS.forEach((end, own) -> mappings.add(mapping(own, named(domain, end))));
        return mappings;
    }

    /**
     * For an account whose leaf nodes are to ask this server without naming a domain: a mapping is
     * what other servers are told of, be it one that changes nothing.
     */
    static List<MappingOptions> offered() {
        return List.of(mapping(API, API));
    }

    /** For the system account, which has the API alone. */
    static List<MappingOptions> ofSystem(String domain) {
        return List.of(mapping(named(domain, ">"), API));
    }

    private static String named(String domain, String end) {
        return "$JS." + domain + ".API." + end;
    }

    private static MappingOptions mapping(String source, String destination) {
        return new MappingOptions(source, List.of(new MapDest(destination, ALWAYS)));
    }
}

package io.millrace.broker.monitor;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;

import java.util.List;
import java.util.stream.Stream;

/**
 * What every account may ask of the system account about itself, as exports and imports: nobody
 * configures these, and here a service answers them without any; tools look for them all the same.
 */
final class SystemShares {
    private static final String REQUEST = "$SYS.REQ.";

    private SystemShares() {}

    /** What the system account exports to all. */
    static List<ServiceExport> exports() {
        return List.of(
                export("$SYS.DEBUG.SUBSCRIBERS", ResponseType.SINGLETON),
                export(REQUEST + "USER.*.INFO", ResponseType.SINGLETON),
                export(REQUEST + "ACCOUNT.*.CONNZ", ResponseType.STREAM),
                export(REQUEST + "ACCOUNT.*.STATZ", ResponseType.STREAM));
    }

    private static ServiceExport export(String subject, ResponseType type) {
        return new ServiceExport(
                subject, Access.PUBLIC, type, ServiceExport.DEFAULT_THRESHOLD, null, false);
    }

    /**
     * What an account imports.
     *
     * @param system the system account's name; empty for none
     */
    static List<ServiceImport> imports(String account, String system) {
        if (system.isEmpty()) {
            return List.of();
        }
        String own = REQUEST + "ACCOUNT." + account;
        Stream<ServiceImport> others =
                account.equals(system)
                        ? Stream.of()
                        : Stream.of(
                                ask(system, own + ".CONNZ", "ACCOUNT.PING.CONNZ"),
                                ask(system, own + ".CONNZ", "SERVER.PING.CONNZ"),
                                ask(system, own + ".STATZ", "ACCOUNT.PING.STATZ"));
        String user = REQUEST + "USER." + account + ".INFO";
        ServiceImport info = new ServiceImport(system, user, REQUEST + "USER.INFO", true);
        return Stream.concat(others, Stream.of(info)).toList();
    }

    private static ServiceImport ask(String system, String subject, String from) {
        return new ServiceImport(system, subject, REQUEST + from, false);
    }
}

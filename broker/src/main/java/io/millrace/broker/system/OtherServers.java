package io.millrace.broker.system;

import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;

/**
 * Passes on what users ask of their account, to the other servers, and back what those answer: in
 * the system account, under the subjects where the reference's imports have it. The service's
 * thread.
 */
final class OtherServers {
    /** How the subjects begin where servers have each other's answers. */
    private static final String INBOX = "$SYS._INBOX.";

    /** The same, of the reference's service imports. */
    private static final String IMPORTS_REPLY = "_R_.";

    private final Monitored server;
    private final ServicePort port;
    private final String prefix;
    private final Relays relays = new Relays();

    OtherServers(Monitored server, ServicePort port, String serverId) {
        this.server = server;
        this.port = port;
        prefix = INBOX + serverId + ".A.";
    }

    /** Where the answers come. */
    String inbox() {
        return prefix + '*';
    }

    /** Whether a request was asked by a user of another server. */
    static boolean isRelayed(ServiceMessage request) {
        return request.reply().startsWith(INBOX) || request.reply().startsWith(IMPORTS_REPLY);
    }

    /**
     * Asks those that there are.
     *
     * @param kind of the request
     * @return false if it has asked too much already
     */
    boolean ask(Question question, String kind, long nowNs) throws InterruptedException {
        String system = server.options().auth().systemAccount();
        String subject = EventSubjects.accountRequest(question.account(), kind);
        if (!server.ask(router -> router.hears(system, subject))) {
            return true;
        }
        long number = relays.add(new Relays.Asker(question.account(), question.reply()), nowNs);
        return number != 0
                && port.publish(
                        system,
                        subject,
                        prefix + number,
                        question.encoding().request(),
                        question.body());
    }

    /** Passes an answer on to the user who has asked. */
    void pass(ServiceMessage answer, long nowNs) {
        String subject = answer.subject();
        long number;
        try {
            number = Long.parseLong(subject, prefix.length(), subject.length(), 10);
        } catch (NumberFormatException e) {
            return;
        }
        Relays.Asker asker = relays.of(number, nowNs);
        if (asker != null) {
            port.publish(asker.account(), asker.reply(), "", answer.headers(), answer.payload());
        }
    }
}

package io.millrace.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Responders that may answer each request, and don't; the requests go on. */
final class OpenRequests implements Siege {
    private static final int RESPONDERS = 40;
    private static final int REQUESTS = 40_000;
    private static final int AT_ONCE = 50;

    @Override
    public String name() {
        return "open-requests";
    }

    @Override
    public String sentence() {
        return "40 responders leave 40,000 requests open that they may answer";
    }

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        List<Peer> responders = new ArrayList<>();
        while (responders.size() < RESPONDERS && !until.isOver()) {
            Peer responder = target.client(Target.user("responder"), until);
            responder.say("SUB svc.> 1\r\n", until);
            responders.add(responder);
        }
        Peer requester = target.client(until);
        for (int i = 0; i < REQUESTS && !until.isOver(); i += AT_ONCE) {
            StringBuilder text = new StringBuilder();
            for (int j = i; j < i + AT_ONCE; j++) {
                text.append("PUB svc.a box.of.the.requester.").append(j).append(" 0\r\n\r\n");
            }
            requester.sayReading(text.toString(), until);
            responders.forEach(Peer::drop);
        }
        while (!until.isOver()) {
            responders.forEach(Peer::drop);
            until.pause(1_000_000);
        }
    }
}

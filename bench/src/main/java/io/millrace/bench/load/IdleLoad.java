package io.millrace.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Connections that have subscribed and then say nothing: for what one of them costs. */
public final class IdleLoad implements AutoCloseable {
    private final List<LoadClient> clients = new ArrayList<>();

    /** Opens connections, each with a subscription of its own. */
    public IdleLoad(int port, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            LoadClient client = new LoadClient(port);
            clients.add(client);
            client.send("SUB idle." + i + " 1\r\n");
            client.fence();
        }
    }

    /** Connections that are open. */
    public int connections() {
        return clients.size();
    }

    @Override
    public void close() throws IOException {
        for (LoadClient client : clients) {
            client.close();
        }
    }
}

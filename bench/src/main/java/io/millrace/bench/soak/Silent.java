package io.millrace.bench.soak;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that never say who they are, and wait to be put out for that; one after the other. */
final class Silent {
    private final List<Entrance> entrances;
    private final AtomicLong putOut = new AtomicLong();

    Silent(Entrance... entrances) {
        this.entrances = List.of(entrances);
    }

    /** The next one. */
    void come() throws IOException {
        Entrance entrance = entrances.get((int) (putOut.get() % entrances.size()));
        try (Socket socket = entrance.open()) {
            byte[] bytes = socket.getInputStream().readAllBytes();
            String answer = new String(bytes, StandardCharsets.UTF_8);
            if (!answer.contains("-ERR 'Authentication Timeout'")) {
                throw new IOException("silence was answered with " + answer);
            }
            putOut.incrementAndGet();
        }
    }

    @Override
    public String toString() {
        return "silent: %,d put out".formatted(putOut.get());
    }
}

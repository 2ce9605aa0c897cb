package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.config.StreamDraft;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

class StoredConfigTest {
    private static StreamConfig config(SortedMap<String, String> metadata) {
        return new StreamDraft()
                .name("ORDERS")
                .subjects(List.of("orders.>"))
                .metadata(metadata)
                .config();
    }

    @Test
    void shouldReadWhatItWrites() throws IOException {
        StreamConfig config = config(new TreeMap<>());
        assertThat(StoredConfig.read(StoredConfig.write(config))).isEqualTo(config);
    }

    @Test
    void shouldRefuseAStreamOfANewerServer() {
        SortedMap<String, String> metadata = new TreeMap<>();
        metadata.put("_nats.req.level", "6");
        byte[] stored = StoredConfig.write(config(metadata));
        assertThatThrownBy(() -> StoredConfig.read(stored))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the stream \"ORDERS\" needs a newer server than this one, which has level"
                                + " 5 of the API; start one of those on this store");
    }

    @Test
    void shouldRefuseWhatIsNone() {
        byte[] stored = "{\"name\":".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> StoredConfig.read(stored)).isInstanceOf(IOException.class);
    }
}

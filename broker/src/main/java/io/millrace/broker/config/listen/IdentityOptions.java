package io.millrace.broker.config.listen;

import java.util.List;
import java.util.Map;

/**
 * What the server says about itself.
 *
 * @param serverName the configured name, without blanks; empty to use the server's id
 * @param tags {@code server_tags}, in order
 * @param metadata {@code server_metadata}, in order
 */
public record IdentityOptions(String serverName, List<String> tags, Map<String, String> metadata) {}

package io.millrace.broker.jetstream.view;

import java.util.List;

/**
 * An account that may use JetStream.
 *
 * @param streams by their names; none if they weren't asked for
 */
public record AccountView(String name, Usage usage, ApiCalls api, List<StreamView> streams) {}

package io.millrace.broker.config.account;

import io.millrace.protocol.MapDest;

import java.util.List;

/**
 * What becomes of messages to a subject.
 *
 * @param source may have wildcards
 */
public record MappingOptions(String source, List<MapDest> destinations) {}

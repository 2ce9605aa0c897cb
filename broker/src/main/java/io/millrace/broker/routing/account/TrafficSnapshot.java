package io.millrace.broker.routing.account;

/** Messages and the bytes of their payloads, headers included, seen from the server. */
public record TrafficSnapshot(long inMessages, long inBytes, long outMessages, long outBytes) {}

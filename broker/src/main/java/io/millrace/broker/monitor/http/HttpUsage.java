package io.millrace.broker.monitor.http;

/** What all connections of a monitoring server use together. Monitor thread. */
final class HttpUsage {
    int connections;
    long unsentBytes;
}

package io.millrace.broker.connection;

/**
 * What is expected of the other side of a connection, and how it is treated.
 *
 * @param speaksFirst whether it may say anything before it has said who it is
 * @param mustConnect whether it must say who it is before it counts as having begun to speak
 * @param pings when it is asked for a sign of life
 * @param stalls whether it is held back while one of its consumers is nearly too slow
 */
record Manners(boolean speaksFirst, boolean mustConnect, PingPolicy pings, boolean stalls) {}

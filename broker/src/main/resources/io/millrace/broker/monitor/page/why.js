/** Why a connection doesn't keep up, in a sentence or two, from what is known of it. */

import { bytesText, durationOf, durationText, timeOf, timeText } from './numbers.js';

/** A round trip longer than this is the network's, or that of a program that hangs. */
const LONG_RTT_NS = 100e6;

/** Whoever takes less than this part of what comes isn't about to catch up. */
const HARDLY_ANYTHING = 0.02;

/**
 * What kept somebody's queue full.
 *
 * @param time an entry of /slowz
 */
export function whyOf(time, maxPending) {
  const of = maxPending > 0 ? ` of ${bytesText(maxPending)}` : '';
  const waited = `${bytesText(time.pending_bytes)}${of} waited when it began.`;
  if (time.subject) {
    return `Filled by ${time.subject}. ${waited}`;
  }
  return time.outcome?.includes('Write Deadline')
    ? `It read nothing for as long as write_deadline allows. ${waited}`
    : waited;
}

/**
 * How it goes with a connection.
 *
 * @param connection as /connz tells of it
 * @param rates what it got and how its queue grew, bytes per second; null where that isn't known
 * @param time its entry in /slowz; undefined if it has none
 */
export function whyNow(connection, { got, grew }, time, maxPending) {
  if (connection.stop) {
    return `Ended at ${timeText(timeOf(connection.stop))}: ${connection.reason}.`;
  }
  const waits = `${bytesText(connection.pending_bytes)} of ${bytesText(maxPending)} wait for it`;
  if (connection.pending_bytes === 0) {
    return time ? `It keeps up now. ${whyOf(time, maxPending)}` : 'It keeps up: nothing waits for it.';
  }
  if (got === null) {
    return `${waits}.`;
  }
  const took = Math.max(0, got - grew);
  const pace = `${waits}. It takes ${bytesText(took)}/s of ${bytesText(got)}/s that come.`;
  return [pace, verdict(connection, got, took, grew), time?.subject ? whyOf(time, maxPending) : '']
    .filter(Boolean)
    .join(' ');
}

function verdict(connection, got, took, grew) {
  const rtt = durationOf(connection.rtt);
  if (took <= got * HARDLY_ANYTHING && connection.pending_bytes > 0) {
    return 'It reads hardly anything: the program hangs or handles one message for long, or its network does.';
  }
  if (rtt !== null && rtt > LONG_RTT_NS) {
    return `Its last answer took ${durationText(rtt)}: a slow network, or a program that is late to read.`;
  }
  return grew > 0
    ? 'It reads, but less than comes: spread its subjects over a queue group, or let it do less with each message.'
    : 'It catches up.';
}

/** JetStream: what its streams keep, who is behind, and how its log does. */

import { bytesText, countText, durationText, percentiles, timeOf } from './numbers.js';
import { Ranking, bar, put } from './tables.js';

const NEVER = '0001-01-01T00:00:00Z';
const MS_NS = 1e6;

/** Streams that the server tells of, and consumers: those that come first. */
const MOST = 256;

const GLOBAL = '$G';
const $ = (id) => document.getElementById(id);

/** 3 s, 4 min, 5 h, 6 d: how long ago something was; at least 0, as clocks may be set back. */
function ageText(now, time) {
  if (!time || time === NEVER) {
    return '–';
  }
  const seconds = Math.max(0, (timeOf(now) - timeOf(time)) / 1000);
  const units = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']];
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}

function ago(now, time) {
  const age = ageText(now, time);
  return age === '0 s' ? 'now' : age === '–' ? age : `${age} ago`;
}

function address(acc, stream, more) {
  return `jsz?acc=${encodeURIComponent(acc)}&stream=${encodeURIComponent(stream)}&${more}`;
}

function note(acc, ...texts) {
  return [...texts, acc === GLOBAL ? '' : `account ${acc}`].filter(Boolean).join(' · ');
}

export class JetStream {
  #streams;
  #consumers;
  #server = '';
  #syncs = [];

  /** @param onSort is called when another order is wanted */
  constructor(onSort) {
    this.#streams = new Ranking('streams', 'bytes', onSort);
    this.#consumers = new Ranking('consumers', 'pending', onSort);
  }

  /** What to ask for. */
  get path() {
    const streams = `streams=${MOST}&streams-sort=${this.#streams.sort}`;
    return `streamz?${streams}&consumers=${MOST}&consumers-sort=${this.#consumers.sort}`;
  }

  /** @param streamz the answer to be shown; null if there is no JetStream */
  show(streamz) {
    const known = streamz !== null && !streamz.disabled;
    $('jetstream-off').hidden = known;
    for (const panel of ['jetstream-panel', 'streams-panel', 'consumers-panel']) {
      $(panel).hidden = !known;
    }
    if (!known) {
      return;
    }
    $('jetstream-fault').hidden = !streamz.fault;
    put($('jetstream-fault'), streamz.fault ? `Nothing is stored any more: ${streamz.fault}` : '');
    if ('log' in streamz) {
      this.#all(streamz);
    }
  }

  #all(streamz) {
    const { now, streams, consumers } = streamz;
    if (this.#server !== streamz.server_id) {
      this.#server = streamz.server_id;
      this.#syncs = [];
    }
    const shown = this.#streams.pageOf(streamz.busiest_streams, ({ acc, name }) => `${name} ${acc}`);
    const behind = this.#consumers.pageOf(
      streamz.busiest_consumers,
      ({ acc, stream_name, name }) => `${name} ${stream_name} ${acc}`,
    );
    bar('store', streamz.storage, streamz.max_storage);
    bar('memory-store', streamz.memory, streamz.max_memory);
    this.#log(streamz);
    put(
      $('lag-note'),
      `${countText(streamz.pending)} pending, ${countText(streamz.ack_pending)} unacked, ` +
        `${countText(streamz.redelivered)} redelivered, ` +
        `${countText(streamz.waiting)} waiting`,
    );
    this.#streams.show(
      now,
      this.#streams.search ? shown.total : streams,
      shown.page,
      ({ acc, name }) => `${acc} ${name}`,
      ['last_seq', 'delivered'],
      (stream, cell) => this.#stream(now, stream, cell),
    );
    this.#consumers.show(
      now,
      this.#consumers.search ? behind.total : consumers,
      behind.page,
      ({ acc, stream_name, name }) => `${acc} ${stream_name} ${name}`,
      ['delivered'],
      (consumer, cell) => this.#consumer(now, consumer, cell),
    );
  }

  /** How long the disk took for the syncs of the last seconds. */
  #log({ now, log }) {
    const time = timeOf(now);
    while (this.#syncs.length > 1 && this.#syncs[0].time < time - 10_000) {
      this.#syncs.shift();
    }
    const sync = percentiles(log.sync_ns, this.#syncs[0]?.counts);
    this.#syncs.push({ time, counts: log.sync_ns });
    put(
      $('sync-note'),
      sync.measured > 0
        ? `${countText(sync.measured)} syncs in 10 s, half within ${atMost(sync.p50)}, 99 % within ${atMost(sync.p99)}`
        : 'no sync in 10 s',
    );
    put(
      $('log-note'),
      `${bytesText(log.appended - log.durable)} not synced yet, ${bytesText(log.kept_bytes)} kept`,
    );
  }

  #stream(now, stream, cell) {
    return {
      href: address(stream.acc, stream.name, 'streams=1&config=1'),
      state: stream.offline ? 'slow' : '',
      cells: [
        [stream.name, stream.offline ?? note(stream.acc, subjects(stream.num_subjects))],
        [countText(stream.messages), ''],
        [bytesText(stream.bytes), ''],
        cell(countText, 'last_seq'),
        cell(countText, 'delivered'),
        [countText(stream.consumer_count), ''],
        [ago(now, stream.last_ts), ''],
      ],
    };
  }

  #consumer(now, consumer, cell) {
    const { num_ack_pending: unacked, max_ack_pending: most, oldest_unacked: oldest } = consumer;
    const full = most > 0 && unacked >= most;
    return {
      href: address(consumer.acc, consumer.stream_name, 'consumers=1&config=1'),
      state: full ? 'slow' : '',
      cells: [
        [consumer.name, note(consumer.acc, ...manner(consumer), `of ${consumer.stream_name}`)],
        [countText(consumer.num_pending), ''],
        [countText(unacked), most > 0 ? `of ${countText(most)}` : ''],
        [countText(consumer.num_redelivered), ''],
        [countText(consumer.num_waiting), ''],
        cell(countText, 'delivered'),
        [ago(now, consumer.last_delivery), ''],
        [ago(now, consumer.last_ack), ''],
        oldest
          ? [ageText(now, oldest.since), `seq ${oldest.seq}${times(oldest.deliveries)}`]
          : ['–', ''],
      ],
    };
  }
}

function atMost(ns) {
  return ns === Infinity ? 'more than 1 s' : durationText(ns);
}

function subjects(count) {
  return count === 1 ? '1 subject' : `${countText(count)} subjects`;
}

function times(deliveries) {
  return deliveries > 1 ? `, ${countText(deliveries)}×` : '';
}

/** Whether it does anything, and whether it pushes. */
function manner({ push, push_bound, pause_remaining }) {
  return [
    pause_remaining ? `paused for ${durationLong(pause_remaining)}` : '',
    push ? (push_bound ? 'push' : 'push to nobody') : '',
  ];
}

function durationLong(ns) {
  const end = new Date(ns / MS_NS).toISOString();
  return ageText(end, new Date(0).toISOString());
}

/** What the JVM does: memory, collections, threads, and what waits for them. */

import { Chart } from './chart.js';
import { HOUR_MS, bytesText, countText, durationText } from './numbers.js';
import { Ranking, put } from './tables.js';

const MS_NS = 1e6;
const $ = (id) => document.getElementById(id);

function tile(id, text, note) {
  put($(`jvm-${id}`), text);
  put($(`jvm-${id}-note`), note);
}

function percentText(value) {
  return value === null ? '–' : `${countText(value)} %`;
}

export class Jvm {
  #threads;
  #charts;

  /** @param onChange is called when other threads are wanted, or another order */
  constructor(onChange) {
    this.#threads = new Ranking('threads', 'cpu_ns', onChange);
    const onSelect = (time) => this.#charts.forEach((each) => each.select(time));
    this.#charts = [
      new Chart($('memory-chart'), {
        series: [
          { key: 'mem', label: 'all' },
          { key: 'heap', label: 'heap' },
          { key: 'kept', label: 'kept' },
        ],
        text: bytesText,
        scale: 1024,
        onSelect,
      }),
      new Chart($('cpu-chart'), {
        series: [
          { key: 'cpu', label: 'all' },
          { key: 'gc', label: 'garbage' },
        ],
        text: percentText,
        scale: 1000,
        onSelect,
      }),
    ];
  }

  /** The answers to be shown, and what the server remembers. */
  show(jvmz, threadz, samples) {
    put($('jvm-about'), `${jvmz.vm} ${jvmz.version}, ${jvmz.vendor} · up ${jvmz.uptime}`);
    tile('heap', bytesText(jvmz.heap_used), `of ${bytesText(jvmz.heap_max)}`);
    const count = jvmz.collectors.reduce((sum, each) => sum + each.count, 0);
    const ms = jvmz.collectors.reduce((sum, each) => sum + each.ms, 0);
    tile('gc', durationText(ms * MS_NS), `${countText(count)} collections since start`);
    const buffers = jvmz.buffers.find(({ name }) => name === 'direct');
    tile('buffers', bytesText(buffers?.used ?? null), `${countText(buffers?.count ?? 0)} buffers`);
    tile('threads', countText(jvmz.threads), `most ${countText(jvmz.threads_peak)}`);
    const { waiting, capacity } = threadz.ring;
    tile('ring', countText(waiting), `wait, of ${countText(capacity)}`);
    this.#charts.forEach((each) => each.draw(samples, HOUR_MS));
    const { page, total } = this.#threads.sortedPageOf(
      threadz.threads,
      ({ name, state }) => `${name} ${state}`,
    );
    this.#threads.show(jvmz.now, total, page, ({ id }) => id, ['cpu_ns'], (thread, cell) => ({
      href: 'stacksz',
      cells: [
        [thread.name, `number ${thread.id}`],
        [thread.state.toLowerCase().replaceAll('_', ' '), ''],
        cell(cpuText, 'cpu_ns'),
      ],
    }));
  }
}

function cpuText(ns) {
  return ns < 0 ? '–' : durationText(ns);
}

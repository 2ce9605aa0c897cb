/** What counters say of the time between two looks at them, and numbers as text. */

/** What is kept in memory of looks once a second. */
export const KEPT_MS = 5 * 60_000;

/** What the server remembers. */
export const HOUR_MS = 60 * 60_000;

/** The time that percentiles are taken of: in one second too few messages are sampled. */
const LATENCY_MS = 10_000;

/** Looks that follow each other faster, as after a click, add no sample. */
const APART_MS = 500;

/**
 * The numbers of the last minutes: a sample is a time and what happened before it, null where that
 * isn't known. Begins anew with another server, and when the server's clock was set back.
 */
export class History {
  samples = [];
  #looks = [];

  /**
   * @param server its id, which changes when it is started again
   * @param time of the server's clock, in ms
   * @param counters numbers that only grow
   * @param latencies how often each latency was seen since the server's start, by nanoseconds
   * @returns the newest sample
   */
  add(server, time, counters, latencies) {
    let last = this.#looks.at(-1);
    if (last && (last.server !== server || time < last.time)) {
      this.samples = [];
      this.#looks = [];
      last = undefined;
    }
    if (last && time - last.time < APART_MS) {
      return this.samples.at(-1);
    }
    while (this.#looks.length > 1 && this.#looks[0].time < time - LATENCY_MS) {
      this.#looks.shift();
    }
    const sample = {
      time,
      ...perSecond(counters, last?.counters, time - last?.time),
      ...percentiles(latencies, this.#looks[0]?.latencies),
    };
    this.#looks.push({ server, time, counters, latencies });
    this.samples.push(sample);
    while (this.samples[0].time < time - KEPT_MS) {
      this.samples.shift();
    }
    return sample;
  }
}

/** What the server has looked at in the last hour, every few seconds. */
export class Past {
  samples = [];
  #server = '';
  #last = null;

  /** The time of the last look that is known here. */
  get since() {
    return this.#last?.time ?? 0;
  }

  /** @param historyz what came since then */
  add(historyz) {
    if (this.#server !== historyz.server_id) {
      this.#server = historyz.server_id;
      this.samples = [];
      this.#last = null;
    }
    historyz.time.forEach((time, i) => this.#add(time, (name) => historyz[name][i]));
    while (this.samples.length > 0 && this.samples[0].time < this.since - HOUR_MS) {
      this.samples.shift();
    }
  }

  #add(time, of) {
    const names = ['in_msgs', 'out_msgs', 'in_bytes', 'out_bytes', 'cpu_ns', 'gc_ms'];
    const counters = Object.fromEntries(names.map((name) => [name, of(name)]));
    if (this.#last && time <= this.#last.time) {
      // Its clock was set back, or another tab asked meanwhile.
      return;
    }
    const rates = perSecond(counters, this.#last?.counters, time - this.#last?.time);
    const measured = of('measured') > 0;
    this.samples.push({
      time,
      ...rates,
      p50: measured ? of('p50') : null,
      p99: measured ? of('p99') : null,
      p999: measured ? of('p999') : null,
      mem: of('mem'),
      heap: of('heap_used'),
      kept: of('kept_heap') + of('kept_native'),
      cpu: rates.cpu_ns === null ? null : rates.cpu_ns / 1e7,
      gc: rates.gc_ms === null ? null : rates.gc_ms / 10,
    });
    this.#last = { time, counters };
  }
}

/** How fast counters grow; null for each as long as there is nothing to compare with. */
export function perSecond(counters, before, elapsedMs) {
  const rates = {};
  for (const [name, value] of Object.entries(counters)) {
    rates[name] = before && elapsedMs > 0 ? ((value - before[name]) * 1000) / elapsedMs : null;
  }
  return rates;
}

/** The percentiles of what was seen between two looks; null if that was nothing. */
export function percentiles(counts, before) {
  const seen = [];
  let total = 0;
  if (before) {
    for (const [ns, count] of Object.entries(counts)) {
      const more = count - (before[ns] ?? 0);
      if (more > 0) {
        seen.push([Number(ns), more]);
        total += more;
      }
    }
    seen.sort((a, b) => a[0] - b[0]);
  }
  const at = (part) => {
    let left = Math.ceil(total * part);
    return seen.find(([, count]) => (left -= count) <= 0)?.[0] ?? null;
  };
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), measured: total };
}

const NONE = '–';

function threeDigits(number) {
  return number.toFixed(number >= 99.95 ? 0 : number >= 9.995 ? 1 : number === 0 ? 0 : 2);
}

function scaled(number, step, units) {
  let unit = 0;
  while (number >= step * 0.9995 && unit < units.length - 1) {
    number /= step;
    unit++;
  }
  return `${threeDigits(number)} ${units[unit]}`.trimEnd();
}

/** 950, 1,234, 56.7 k */
export function countText(number) {
  if (number === null) {
    return NONE;
  }
  return number < 9_999.5
    ? number.toLocaleString('en', { maximumFractionDigits: number < 10 ? 1 : 0 })
    : scaled(number, 1000, ['', 'k', 'M', 'G', 'T', 'P']);
}

/** 512 B, 1.50 KiB */
export function bytesText(number) {
  if (number === null) {
    return NONE;
  }
  return number < 1023.5
    ? `${Math.round(number)} B`
    : scaled(number, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
}

/** 38.4 µs, from nanoseconds */
export function durationText(ns) {
  return ns === null ? NONE : scaled(ns, 1000, ['ns', 'µs', 'ms', 's']);
}

const UNITS_NS = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, µs: 1e3, ns: 1 };

/** Nanoseconds of a duration as the server writes it, such as 1m2.5s; null for 0s, which is none. */
export function durationOf(text) {
  const parts = [...text.matchAll(/([\d.]+)(ms|µs|ns|h|m|s)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + number * UNITS_NS[unit], 0) || null;
}

/** 14:05:09, with the date if that isn't today's */
export function timeText(time) {
  const date = new Date(time);
  const two = (number) => String(number).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join('-');
  return date.toDateString() === new Date().toDateString() ? clock : `${day} ${clock}`;
}

/** The server's times have nine digits behind the point; browsers agree on three only. */
export function timeOf(text) {
  return Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
}

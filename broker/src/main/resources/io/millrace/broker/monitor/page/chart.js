/** Lines over the last minutes. */

import { HOUR_MS, timeText } from './numbers.js';

const HEIGHT = 200;
const BOTTOM = 24;
const LEFT = 56;
const LABEL_HEIGHT = 16;
const MINUTE_MS = 60_000;

/** Where there is room the lines are labelled at their ends, else above. */
const ROOMY = 480;

/** Points further apart aren't joined: nobody looked between them. */
const GAP_MS = 15_000;

/** Marks of time, of which those are drawn that have room. */
const EVERY = [1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS);
const MARK_WIDTH = 48;

function shape(name, attributes, text = '') {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.textContent = text;
  return element;
}

/** From 0, in at most four round steps; a thousand may be 1024. */
function linear(values, thousand) {
  const max = Math.max(1, ...values);
  let unit = 1;
  while (max > unit * 1000) {
    unit *= thousand;
  }
  // Parts of a unit are round in the one below, where there is any.
  const parts = unit > 1 ? [0.25, 0.5] : [];
  const round = [...parts, 1, 2, 5, 10, 20, 50, 100, 200, 500];
  const step = unit * round.find((s) => s * unit >= max / 4);
  const ticks = [];
  for (let tick = 0; tick < max + step; tick += step) {
    ticks.push(tick);
  }
  return { ticks, part: (value) => value / ticks.at(-1) };
}

/** Whole powers of ten. */
function logarithmic(values) {
  const known = values.length > 0 ? values : [1e3, 1e6];
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...known))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, ...known))));
  const ticks = [];
  for (let power = low; power <= high; power++) {
    ticks.push(10 ** power);
  }
  return { ticks, part: (value) => (Math.log10(Math.max(1, value)) - low) / (high - low) };
}

/** Moves labels apart that would overlap; as near as can be to where they belong. */
function spread(labels, top) {
  labels.sort((a, b) => a.y - b.y);
  let least = top;
  for (const label of labels) {
    label.y = least = Math.max(label.y, least);
    least += LABEL_HEIGHT;
  }
  let most = HEIGHT - BOTTOM;
  for (const label of labels.toReversed()) {
    label.y = most = Math.min(label.y, most);
    most -= LABEL_HEIGHT;
  }
}

/**
 * A chart in a figure. It is a slider along time too, so that keys move through it and a screen
 * reader says the values.
 */
export class Chart {
  #series;
  #text;
  #scale;
  #onSelect;
  #title;
  #svg = shape('svg', { role: 'slider', tabindex: 0, height: HEIGHT });
  #plot = shape('g', {});
  #cursor = shape('g', {});
  #tip = document.createElement('div');
  #samples = [];
  #spanMs = HOUR_MS;
  #selected = null;
  #top = 0;
  #right = 0;
  #y = linear([], 1000);

  /**
   * @param figure whose caption names the chart
   * @param options.series the fields of samples to draw, each with its label
   * @param options.text writes a value
   * @param options.scale logarithmic, or the number that a thousand is
   * @param options.onSelect is called with the time that is looked at; null when it is the newest
   */
  constructor(figure, { series, text, scale, onSelect }) {
    this.#series = series;
    this.#text = text;
    this.#scale = scale === 'logarithmic' ? logarithmic : (values) => linear(values, scale);
    this.#onSelect = onSelect;
    this.#title = figure.querySelector('figcaption').firstChild.textContent.trim();
    this.#svg.setAttribute('aria-label', `${this.#title}, back in time`);
    this.#svg.append(this.#plot, this.#cursor);
    this.#tip.className = 'tip';
    this.#tip.ariaHidden = 'true';
    this.#tip.hidden = true;
    const frame = document.createElement('div');
    frame.className = 'frame';
    frame.append(this.#svg, this.#tip);
    figure.append(frame);
    this.#svg.addEventListener('pointermove', (event) => this.#point(event));
    this.#svg.addEventListener('pointerdown', (event) => this.#point(event));
    this.#svg.addEventListener('pointerleave', () => this.#onSelect(null));
    this.#svg.addEventListener('blur', () => this.#onSelect(null));
    this.#svg.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.draw(this.#samples, this.#spanMs)).observe(frame);
  }

  /** Draws these samples of a span of time, the newest at the right. */
  draw(samples, spanMs) {
    this.#spanMs = spanMs;
    this.#samples = samples.filter(({ time }) => time >= samples.at(-1).time - spanMs);
    const width = this.#svg.clientWidth;
    if (width === 0) {
      return;
    }
    const roomy = width >= ROOMY;
    this.#top = roomy ? 8 : 28;
    this.#right = width - (roomy ? 108 : 18);
    const values = this.#series.flatMap(({ key }) => this.#samples.map((sample) => sample[key]));
    this.#y = this.#scale(values.filter((value) => value !== null));
    this.#plot.replaceChildren(
      ...this.#grid(),
      ...this.#minutes(),
      ...this.#series.map(({ key }, i) => shape('path', { d: this.#line(key), class: `line s${i}` })),
      ...(roomy ? this.#labelsAtEnds() : this.#labelsAbove()),
    );
    this.select(this.#selected);
  }

  get #end() {
    return this.#samples.at(-1)?.time ?? Date.now();
  }

  #xOf(time) {
    return this.#right - ((this.#end - time) / this.#spanMs) * (this.#right - LEFT);
  }

  #yOf(value) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - this.#top) * this.#y.part(value);
  }

  #grid() {
    return this.#y.ticks.flatMap((tick) => {
      const y = this.#yOf(tick);
      const text = this.#text(tick).replace(/\.0+(?=\D|$)/, '');
      return [
        shape('path', { d: `M${LEFT} ${y}H${this.#right}`, class: 'grid' }),
        shape('text', { x: LEFT - 8, y: y + 4, class: 'tick end' }, text),
      ];
    });
  }

  #minutes() {
    const room = (this.#right - LEFT) / MARK_WIDTH;
    const every = EVERY.find((ms) => this.#spanMs / ms <= room) ?? HOUR_MS;
    const marks = [];
    for (let time = Math.floor(this.#end / every) * every; this.#xOf(time) >= LEFT; time -= every) {
      const x = this.#xOf(time);
      marks.push(
        shape('path', { d: `M${x} ${HEIGHT - BOTTOM}v4`, class: 'grid' }),
        shape('text', { x, y: HEIGHT - 6, class: 'tick middle' }, timeText(time).slice(-8, -3)),
      );
    }
    return marks;
  }

  #line(key) {
    let path = '';
    let before = -Infinity;
    for (const { time, [key]: value } of this.#samples) {
      if (value !== null) {
        const at = `${this.#xOf(time).toFixed(1)} ${this.#yOf(value).toFixed(1)}`;
        path += time - before > GAP_MS ? `M${at}h0` : `L${at}`;
        before = time;
      }
    }
    return path;
  }

  #labels() {
    const newest = this.#samples.at(-1);
    return this.#series.map(({ key, label }, i) => {
      const value = newest?.[key] ?? null;
      return { i, value, text: `${label} ${this.#text(value)}` };
    });
  }

  #labelsAtEnds() {
    const labels = this.#labels();
    for (const label of labels) {
      label.y = label.value === null ? HEIGHT - BOTTOM : this.#yOf(label.value);
    }
    spread(labels, this.#top);
    return labels.map(({ y, text, i }) =>
      shape('text', { x: this.#right + 8, y: y + 4, class: `label s${i}` }, text),
    );
  }

  #labelsAbove() {
    const apart = this.#right / this.#series.length;
    return this.#labels().map(({ text, i }) =>
      shape('text', { x: i * apart, y: 14, class: `label s${i}` }, text),
    );
  }

  /** Shows the values of a time; null for none. */
  select(time) {
    this.#selected = time;
    const sample = time === null ? undefined : this.#nearest(time);
    this.#tip.hidden = sample === undefined;
    this.#cursor.replaceChildren();
    if (sample) {
      this.#mark(sample);
    }
    if (sample || document.activeElement !== this.#svg) {
      this.#say(sample ?? this.#samples.at(-1));
    }
  }

  #nearest(time) {
    return this.#samples.reduce(
      (best, each) => (Math.abs(each.time - time) < Math.abs(best.time - time) ? each : best),
      this.#samples[0],
    );
  }

  #mark(sample) {
    const x = this.#xOf(sample.time);
    this.#cursor.append(shape('path', { d: `M${x} ${this.#top}V${HEIGHT - BOTTOM}`, class: 'cursor' }));
    const when = document.createElement('p');
    when.textContent = timeText(sample.time);
    const lines = this.#series.map(({ key, label }, i) => {
      if (sample[key] !== null) {
        const at = { cx: x, cy: this.#yOf(sample[key]), r: 3.5, class: `dot s${i}` };
        this.#cursor.append(shape('circle', at));
      }
      const line = document.createElement('p');
      line.className = `s${i}`;
      line.textContent = `${label} ${this.#text(sample[key])}`;
      return line;
    });
    this.#tip.replaceChildren(when, ...lines);
    this.#tip.style.top = `${this.#top}px`;
    const right = x > this.#svg.clientWidth / 2;
    this.#tip.style.left = `${right ? x - 12 - this.#tip.offsetWidth : x + 12}px`;
  }

  #say(sample) {
    const back = sample ? Math.round((sample.time - this.#end) / 1000) : 0;
    const values = sample
      ? this.#series.map(({ key, label }) => `${label} ${this.#text(sample[key])}`)
      : ['nothing yet'];
    this.#svg.setAttribute('aria-valuemin', -this.#spanMs / 1000);
    this.#svg.setAttribute('aria-valuemax', 0);
    this.#svg.setAttribute('aria-valuenow', back);
    this.#svg.setAttribute(
      'aria-valuetext',
      `${sample ? timeText(sample.time) : 'now'}: ${values.join(', ')}`,
    );
  }

  #point(event) {
    const x = event.clientX - this.#svg.getBoundingClientRect().left;
    const width = this.#right - LEFT;
    const inside = Math.min(width, Math.max(0, x - LEFT));
    this.#onSelect(this.#end - (1 - inside / width) * this.#spanMs);
  }

  #key(event) {
    const times = this.#samples.map(({ time }) => time);
    const last = times.length - 1;
    const now = this.#selected === null ? last : times.indexOf(this.#nearest(this.#selected)?.time);
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -30, PageUp: 30 };
    const ends = { Home: 0, End: last };
    if (event.key === 'Escape') {
      this.#onSelect(null);
    } else if (last >= 0 && (event.key in steps || event.key in ends)) {
      const next = ends[event.key] ?? now + steps[event.key];
      this.#onSelect(times[Math.min(last, Math.max(0, next))]);
      event.preventDefault();
    }
  }
}

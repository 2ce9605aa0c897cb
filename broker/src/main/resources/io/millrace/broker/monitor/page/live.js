/** Asks the server once a second, as long as somebody can see it, and shows what it says. */

import { Chart } from './chart.js';
import { Detail } from './detail.js';
import { Jvm } from './jvm.js';
import {
  HOUR_MS,
  History,
  KEPT_MS,
  Past,
  bytesText,
  countText,
  durationText,
  timeOf,
  timeText,
} from './numbers.js';
import { JetStream } from './streams.js';
import { Accounts, Busiest, Debtors, Links, Slow, lostClusters, put } from './tables.js';

const EVERY_MS = 1_000;
const TIMEOUT_MS = 5_000;
const DEBTORS = 10;
const STAGE = 'read_to_sent';

const $ = (id) => document.getElementById(id);

/** The server didn't answer what it was asked. */
class NoAnswerError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

function addressOf(path) {
  const url = new URL(path, document.baseURI);
  // A password that stands in the page's address is known to the browser, and refused in this one.
  url.username = '';
  url.password = '';
  return url;
}

async function ask(path) {
  let status;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const reply = await fetch(addressOf(path), { cache: 'no-store', signal });
    if (reply.ok) {
      return await reply.json();
    }
    status = reply.status;
  } catch {
    throw new NoAnswerError('Not reachable');
  }
  throw new NoAnswerError(`Answers with HTTP status ${status}`, status);
}

/** Has the server do something; what was wrong, or null if nothing was. */
async function tell(path) {
  try {
    const headers = { 'X-Millrace': 'page' };
    const reply = await fetch(addressOf(path), { method: 'POST', headers, cache: 'no-store' });
    return reply.ok ? null : `Not done: ${await reply.text()}`;
  } catch {
    return 'Not reachable';
  }
}

// --- what is shown

const history = new History();
const past = new Past();
const busiest = new Busiest(() => wake());
const accounts = new Accounts(() => wake());
const links = new Links(() => wake());
const jetStream = new JetStream(() => wake());
const jvm = new Jvm(() => wake());
const slow = new Slow();
const debtors = new Debtors();
const detail = new Detail(ask, tell);

/** What a tab asks for beside what is always asked for, and what shows it. */
const TABS = {
  overview: async ({ gateway }) => clusters(gateway, gateway.name ? await ask('gatewayz') : null),
  slow: async () => {},
  connections: async () => busiest.show(await ask(busiest.path)),
  accounts: async () => accounts.show(await ask(accounts.path)),
  routes: async ({ gateway }) =>
    links.show(gateway, await ask('routez'), await ask('gatewayz'), await ask('leafz')),
  streams: async ({ jetstream }) => jetStream.show(jetstream.config ? await askStreams() : null),
  jvm: async () => jvm.show(await ask('jvmz'), await ask('threadz'), past.samples),
};

const inOut = (what) => [
  { key: `in_${what}`, label: 'in' },
  { key: `out_${what}`, label: 'out' },
];
const charts = [
  chart('messages-chart', { series: inOut('msgs'), text: countText, scale: 1000 }),
  chart('bytes-chart', { series: inOut('bytes'), text: bytesText, scale: 1024 }),
  chart('latency-chart', {
    series: [
      { key: 'p50', label: 'p50' },
      { key: 'p99', label: 'p99' },
      { key: 'p999', label: 'p99.9' },
    ],
    text: durationText,
    scale: 'logarithmic',
  }),
];

/** A time that is looked at in one chart is shown in all. */
function chart(id, options) {
  const onSelect = (time) => charts.forEach((each) => each.select(time));
  return new Chart($(id), { ...options, onSelect });
}

function tile(id, text, note) {
  put($(id), text);
  put($(`${id}-note`), note);
}

/** The span of time that charts show. */
let spanMs = KEPT_MS;

for (const button of document.querySelectorAll('button[data-range]')) {
  button.addEventListener('click', () => {
    spanMs = Number(button.dataset.range);
    for (const each of document.querySelectorAll('button[data-range]')) {
      each.ariaPressed = String(each === button);
    }
    draw();
  });
}

/** What the server remembers, and from there on what was seen here. */
function draw() {
  const seen = spanMs < HOUR_MS ? history.samples : [];
  const first = seen[0]?.time ?? Infinity;
  const newest = spanMs < HOUR_MS ? [] : history.samples.filter(({ time }) => time > past.since);
  const samples = [...past.samples.filter(({ time }) => time < first), ...seen, ...newest];
  charts.forEach((each) => each.draw(samples, spanMs));
}

function show(varz, latencyz, slowz, historyz) {
  const { in_msgs, out_msgs, in_bytes, out_bytes } = varz;
  const counters = { in_msgs, out_msgs, in_bytes, out_bytes };
  const latencies = latencyz.stages[STAGE].counts;
  const sample = history.add(varz.server_id, timeOf(varz.now), counters, latencies);
  if (historyz) {
    past.add(historyz);
    detail.canClose = historyz.can_close;
  }
  draw();
  slow.show(slowz, varz.max_pending);
  put($('slow-count'), String(slowz.slow.length));
  $('slow-count').hidden = slowz.slow.length === 0;
  debtors.show(varz.memory, slowz);

  document.title = `${varz.server_name} · Millrace`;
  put($('name'), varz.server_name);
  put($('about'), `Millrace ${varz.millrace}, as nats-server ${varz.version} · up ${varz.uptime}`);
  for (const name of ['in_msgs', 'out_msgs']) {
    tile(name, rate(countText, sample[name]), `${countText(varz[name])} since start`);
  }
  for (const name of ['in_bytes', 'out_bytes']) {
    tile(name, rate(bytesText, sample[name]), `${bytesText(varz[name])} since start`);
  }
  tile('latency', durationText(sample.p99), `of ${countText(sample.measured)} samples in 10 s`);
  const limit = varz.max_connections > 0 ? `limit ${countText(varz.max_connections)}` : 'no limit';
  const ever = `${countText(varz.total_connections)} since start`;
  tile('connections', countText(varz.connections), `${ever}, ${limit}`);
  tile('subscriptions', countText(varz.subscriptions), '');
  tile('slow', countText(slowz.slow.length), `${countText(varz.slow_consumers)} closed since start`);
  $('slow').parentElement.dataset.state = slowz.slow.length > 0 ? 'slow' : '';
  tile('cpu', `${countText(varz.cpu)} %`, `of ${varz.cores * 100} %`);
  tile('mem', bytesText(varz.mem), 'resident');
  stored(varz.jetstream);
  const servers = varz.remotes === 1 ? 'server' : 'servers';
  tile('routes', countText(varz.routes), `to ${countText(varz.remotes)} other ${servers}`);
  $('routes').parentElement.hidden = !varz.cluster.cluster_port;
  tile('leafnodes', countText(varz.leafnodes), varz.leafnodes === 1 ? 'connection' : 'connections');
  $('leafnodes').parentElement.hidden = varz.leafnodes === 0;
}

/** How many clusters messages get to, and whether to all that they are to; nothing without any. */
function clusters(gateway, gatewayz) {
  $('gateways').parentElement.hidden = !gatewayz;
  if (gatewayz) {
    const lost = lostClusters(gateway, gatewayz).length;
    const note = lost > 0 ? `${countText(lost)} not connected` : 'all connected';
    tile('gateways', countText(Object.keys(gatewayz.outbound_gateways ?? {}).length), note);
    $('gateways').parentElement.dataset.state = lost > 0 ? 'slow' : '';
  }
}

/** What JetStream has on disk; nothing where there is none. */
function stored({ config, stats }) {
  $('stored').parentElement.hidden = !stats;
  if (stats) {
    const memory = stats.memory > 0 ? `, ${bytesText(stats.memory)} in memory` : '';
    tile('stored', bytesText(stats.storage), `of ${bytesText(config.max_storage)}${memory}`);
  }
}

function rate(text, value) {
  return value === null ? text(null) : `${text(value)}/s`;
}

// --- how it goes

let paused = false;
let failedSince = null;

function state(name, text) {
  $('state').dataset.state = name;
  put($('state'), text);
  $('live').dataset.state = name;
}

function failed(problem) {
  failedSince ??= Date.now();
  if (problem.status === 401) {
    // Asking on would bring up the browser's question for a password every second.
    pause(true);
    state('failed', 'Password refused; reload the page');
  } else if (problem instanceof NoAnswerError) {
    state('failed', `${problem.message} since ${timeText(failedSince)}`);
  } else {
    state('failed', `This page can’t show what it was told: ${problem.message}`);
  }
}

function pause(wanted) {
  paused = wanted;
  $('pause').ariaPressed = String(paused);
  state(paused ? 'paused' : 'waiting', paused ? 'Paused' : 'Connecting');
}

// --- when it asks: one question after the other, on one connection

let timer = 0;
let asking = false;
let again = false;

const wanted = () => !document.hidden && !paused;

/** The more there is, the longer the server takes; it isn't to be busy with that alone. */
const STREAMS_PART = 10;

let streams = { path: '', due: 0, answer: null };

async function askStreams() {
  const { path } = jetStream;
  const begun = performance.now();
  if (streams.path !== path || begun >= streams.due) {
    const answer = await ask(path);
    const took = performance.now() - begun;
    streams = { path, due: begun + took * STREAMS_PART, answer };
  }
  return streams.answer;
}

let pastDue = 0;

/** What the server has remembered since it was asked last; null if that is too early. */
async function askPast() {
  if (performance.now() < pastDue) {
    return null;
  }
  const answer = await ask(`historyz?since=${past.since}`);
  pastDue = performance.now() + answer.every_ms;
  return answer;
}

async function look() {
  asking = true;
  again = false;
  const begun = performance.now();
  try {
    const varz = await ask('varz');
    const latencyz = await ask(`latencyz?stage=${STAGE}&format=counts`);
    const slowz = await ask(`slowz?debtors=${DEBTORS}`);
    const historyz = await askPast();
    if (wanted()) {
      show(varz, latencyz, slowz, historyz);
      await TABS[tab](varz);
      if (detail.isOpen) {
        await detail.look(slowz, varz.max_pending);
      }
      failedSince = null;
      state('live', 'Live');
    }
  } catch (problem) {
    failed(problem);
  }
  asking = false;
  if (wanted()) {
    timer = setTimeout(look, again ? 0 : Math.max(0, EVERY_MS - (performance.now() - begun)));
  }
}

function wake() {
  clearTimeout(timer);
  if (asking) {
    again = true;
  } else if (wanted()) {
    look();
  }
}

// --- tabs: the address says which, so that a link leads there and the browser's keys go back

let tab = '';

function choose() {
  const name = location.hash.slice(1);
  tab = Object.hasOwn(TABS, name) ? name : 'overview';
  $('live').dataset.tab = tab;
  for (const link of $('tabs').querySelectorAll('a')) {
    link.ariaCurrent = link.hash === `#${tab}` ? 'page' : null;
  }
}

// Links of the page are relative to its base, which may not be where it is.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link) {
    event.preventDefault();
    location.hash = link.hash;
  }
});

window.addEventListener('hashchange', () => {
  choose();
  wake();
});

$('pause').addEventListener('click', () => {
  pause(!paused);
  wake();
});
document.addEventListener('visibilitychange', wake);
choose();
wake();

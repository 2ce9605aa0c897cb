/** Asks the server once a second, as long as somebody can see it, and shows what it says. */

import { Chart } from './chart.js';
import { History, bytesText, countText, durationText, timeOf, timeText } from './numbers.js';
import { JetStream } from './streams.js';
import { Accounts, Busiest, Debtors, Slow, put } from './tables.js';

const EVERY_MS = 1_000;
const TIMEOUT_MS = 5_000;
const CONNECTIONS = 10;
const ACCOUNTS = 10;
const DEBTORS = 5;
const STREAMS = 10;
const STAGE = 'read_to_sent';

const $ = (id) => document.getElementById(id);

/** The server didn't answer what it was asked. */
class NoAnswerError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

async function ask(path) {
  const url = new URL(path, document.baseURI);
  // A password that stands in the page's address is known to the browser, and refused in this one.
  url.username = '';
  url.password = '';
  let status;
  try {
    const reply = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (reply.ok) {
      return await reply.json();
    }
    status = reply.status;
  } catch {
    throw new NoAnswerError('Not reachable');
  }
  throw new NoAnswerError(`Answers with HTTP status ${status}`, status);
}

// --- what is shown

const history = new History();
const busiest = new Busiest(() => wake());
const accounts = new Accounts(() => wake());
const jetStream = new JetStream(() => wake());
const slow = new Slow();
const debtors = new Debtors();

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

function show(varz, connz, latencyz, slowz, busyz, streamz) {
  const { in_msgs, out_msgs, in_bytes, out_bytes } = varz;
  const counters = { in_msgs, out_msgs, in_bytes, out_bytes };
  const latencies = latencyz.stages[STAGE].counts;
  const sample = history.add(varz.server_id, timeOf(varz.now), counters, latencies);
  charts.forEach((each) => each.draw(history.samples));
  busiest.show(connz);
  accounts.show(busyz);
  jetStream.show(streamz);
  slow.show(slowz);
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
  const path = jetStream.path(STREAMS);
  const begun = performance.now();
  if (streams.path !== path || begun >= streams.due) {
    const answer = await ask(path);
    const took = performance.now() - begun;
    streams = { path, due: begun + took * STREAMS_PART, answer };
  }
  return streams.answer;
}

async function look() {
  asking = true;
  again = false;
  const begun = performance.now();
  try {
    const varz = await ask('varz');
    const answers = [
      varz,
      await ask(`connz?sort=${busiest.sort}&limit=${CONNECTIONS}`),
      await ask(`latencyz?stage=${STAGE}&format=counts`),
      await ask(`slowz?debtors=${DEBTORS}`),
      await ask(`busyz?sort=${accounts.sort}&limit=${ACCOUNTS}`),
      varz.jetstream.config ? await askStreams() : null,
    ];
    if (wanted()) {
      show(...answers);
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

$('pause').addEventListener('click', () => {
  pause(!paused);
  wake();
});
document.addEventListener('visibilitychange', wake);
wake();

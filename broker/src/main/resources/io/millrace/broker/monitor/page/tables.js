/**
 * Who is busy, who is slow, and for whom most is kept. What clients say of themselves is anything at all: it becomes the
 * text of an element and never markup, and each stands in its own direction of writing.
 */

import {
  bytesText,
  countText,
  durationOf,
  durationText,
  perSecond,
  timeOf,
  timeText,
} from './numbers.js';
import { whyOf } from './why.js';

/** Controls, and what turns the direction of writing: they could make a name look like another. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export function visible(text) {
  return text.replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Writes a text, and leaves the element alone where it has it already. */
export function put(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * The rows of a table. They are changed in place, so that what has the focus or is selected stays.
 * A cell is a text and a smaller one beneath it; the first one of a row is a link.
 */
class Rows {
  #body;
  #empty;
  #heads;

  constructor(table, empty) {
    this.#body = table.tBodies[0];
    this.#empty = empty;
    this.#heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
  }

  /** @param rows each {href, cid, state, cells: [[text, note]]}; one with cid opens its detail */
  show(rows) {
    while (this.#body.rows.length > rows.length) {
      this.#body.deleteRow(-1);
    }
    rows.forEach((row, i) => this.#change(this.#body.rows[i] ?? this.#body.insertRow(), row));
    this.#body.closest('.scroll').hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
  }

  #change(row, { href, cid, state = '', cells }) {
    row.dataset.state = state;
    cells.forEach(([text, note], i) => {
      const cell = row.cells[i] ?? this.#append(row, i);
      const [first, second] = cell.querySelectorAll('bdi');
      const shown = visible(text);
      put(first, shown);
      put(second, visible(note));
      first.title = shown;
    });
    const link = row.querySelector('a');
    link.href = href;
    if (cid) {
      link.dataset.cid = cid;
    } else {
      delete link.dataset.cid;
    }
  }

  #append(row, i) {
    const head = i === 0;
    const cell = document.createElement(head ? 'th' : 'td');
    const note = document.createElement('small');
    note.append(document.createElement('bdi'));
    const main = document.createElement(head ? 'a' : 'span');
    main.append(document.createElement('bdi'));
    cell.append(main, note);
    if (head) {
      cell.scope = 'row';
    }
    // Where there is no room for a table, each number says what it is.
    cell.dataset.label = this.#heads[i];
    row.append(cell);
    return cell;
  }
}

/** What the number of a connection is called where that isn't a client's. */
const NUMBERS = { Router: 'rid', Gateway: 'gid', Leafnode: 'lid' };

function who({ kind, cid, name, ip, port, lang, version }) {
  const id = `${NUMBERS[kind] ?? 'cid'} ${cid}`;
  const client = [lang, version].filter(Boolean).join(' ');
  return [
    name?.trim() ? name : id,
    [id, addressText(ip, port), client].filter(Boolean).join(' · '),
  ];
}

function addressText(ip, port) {
  return ip?.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** How long somebody types before it is searched for. */
const TYPING_MS = 250;

/** Rows of a page. */
export const PAGE = 25;

/** A table in an order, which its heads choose, of what is searched for, page by page. */
export class Ranking {
  #rows;
  #note;
  #heads;
  #empty;
  #emptyText;
  #back;
  #on;
  #before = new Map();
  #beforeTime = 0;
  sort;
  search = '';
  offset = 0;

  /**
   * @param id of the table, with which those of its parts begin
   * @param sort the order at first
   * @param onChange is called when another order, page or search is wanted
   */
  constructor(id, sort, onChange) {
    const part = (name) => document.getElementById(`${id}-${name}`);
    const table = document.getElementById(id);
    this.sort = sort;
    this.#empty = part('empty');
    this.#emptyText = this.#empty.textContent;
    this.#rows = new Rows(table, this.#empty);
    this.#note = part('note');
    this.#back = part('back');
    this.#on = part('on');
    this.#heads = [...table.querySelectorAll('button[data-sort]')];
    for (const head of this.#heads) {
      head.addEventListener('click', () => {
        this.sort = head.dataset.sort;
        this.offset = 0;
        this.#mark();
        onChange();
      });
    }
    const turn = (pages) => {
      this.offset = Math.max(0, this.offset + pages * PAGE);
      onChange();
    };
    this.#back.addEventListener('click', () => turn(-1));
    this.#on.addEventListener('click', () => turn(1));
    let typing = 0;
    part('search').addEventListener('input', ({ target }) => {
      clearTimeout(typing);
      typing = setTimeout(() => {
        this.search = target.value.trim();
        this.offset = 0;
        onChange();
      }, TYPING_MS);
    });
    this.#mark();
  }

  #mark() {
    for (const head of this.#heads) {
      head.closest('th').ariaSort = head.dataset.sort === this.sort ? 'descending' : null;
    }
  }

  /** What to ask the server for to get this page in this order. */
  get query() {
    const search = encodeURIComponent(this.search);
    return `sort=${this.sort}&limit=${PAGE}&offset=${this.offset}&search=${search}`;
  }

  /**
   * The page of a list that the server told all of.
   *
   * @param textOf what of one of them is searched
   * @returns those on it, and how many there are on all pages
   */
  pageOf(all, textOf) {
    const wanted = this.search.toLowerCase();
    const found = all.filter((each) => textOf(each).toLowerCase().includes(wanted));
    return { page: found.slice(this.offset, this.offset + PAGE), total: found.length };
  }

  /** The same, in the order that is wanted; the server knew of none. What is amiss comes first. */
  sortedPageOf(all, textOf) {
    const amiss = ({ state }) => (state === 'slow' ? 1 : 0);
    const sorted = all.toSorted(
      (a, b) => amiss(b) - amiss(a) || (b[this.sort] ?? 0) - (a[this.sort] ?? 0),
    );
    return this.pageOf(sorted, textOf);
  }

  /**
   * @param now when the server said so
   * @param total of how many these are a page
   * @param page those on it
   * @param key what one of them is known by
   * @param names those of its fields that only grow
   * @param row makes a row of one of them and what makes a cell of one of these fields
   */
  show(now, total, page, key, names, row) {
    const time = timeOf(now);
    const counters = new Map();
    const rows = page.map((each) => {
      const counts = Object.fromEntries(names.map((name) => [name, each[name]]));
      const rates = perSecond(counts, this.#before.get(key(each)), time - this.#beforeTime);
      counters.set(key(each), counts);
      return row(each, (text, name) => [
        text(counts[name]),
        rates[name] > 0 ? `${text(rates[name])}/s` : '',
      ]);
    });
    this.#before = counters;
    this.#beforeTime = time;
    this.#rows.show(rows);
    put(this.#empty, this.search ? `Nothing has “${visible(this.search)}” in it.` : this.#emptyText);
    const last = this.offset + page.length;
    put(
      this.#note,
      page.length === 0 ? '' : `${countText(this.offset + 1)}–${countText(last)} of ${countText(total)}`,
    );
    this.#back.disabled = this.offset === 0;
    this.#on.disabled = last >= total;
    if (page.length === 0 && total > 0) {
      this.offset = 0;
    }
  }
}

const TRAFFIC = ['in_msgs', 'out_msgs', 'in_bytes', 'out_bytes'];

function traffic(cell) {
  return [
    cell(countText, 'in_msgs'),
    cell(countText, 'out_msgs'),
    cell(bytesText, 'in_bytes'),
    cell(bytesText, 'out_bytes'),
  ];
}

/** The connections. */
export class Busiest {
  #ranking;
  #state = document.getElementById('busiest-state');

  /** @param onChange is called when others are wanted, or another order */
  constructor(onChange) {
    this.#ranking = new Ranking('busiest', 'msgs_to', onChange);
    this.#state.addEventListener('change', () => {
      this.#ranking.offset = 0;
      onChange();
    });
  }

  get path() {
    return `connz?auth=1&state=${this.#state.value}&${this.#ranking.query}`;
  }

  /** @param connz the answer to be shown */
  show({ now, total, connections }) {
    const all = connections ?? [];
    this.#ranking.show(now, total, all, ({ cid }) => cid, TRAFFIC, (connection, cell) => ({
      href: `connz?cid=${Number(connection.cid)}&subs=detail&state=any`,
      cid: Number(connection.cid),
      cells: [
        who(connection),
        ...traffic(cell),
        [bytesText(connection.pending_bytes), ''],
        [connection.reason ?? durationText(durationOf(connection.rtt)), ''],
      ],
    }));
  }
}

/** The accounts. */
export class Accounts {
  static #MOST = 256;
  #ranking;

  /** @param onChange is called when others are wanted, or another order */
  constructor(onChange) {
    this.#ranking = new Ranking('accounts', 'msgs_to', onChange);
  }

  get path() {
    const search = encodeURIComponent(this.#ranking.search);
    return `busyz?sort=${this.#ranking.sort}&limit=${Accounts.#MOST}&search=${search}`;
  }

  /** @param busyz the answer to be shown */
  show({ now, system_account, busiest }) {
    const { page, total } = this.#ranking.pageOf(busiest, ({ acc }) => acc);
    this.#ranking.show(now, total, page, ({ acc }) => acc, TRAFFIC, (account, cell) => ({
      href: `accountz?acc=${encodeURIComponent(account.acc)}`,
      cells: [
        [account.acc, account.acc === system_account ? 'system account' : ''],
        [countText(account.conns), 'max_conns' in account ? `of ${countText(account.max_conns)}` : ''],
        [countText(account.num_subscriptions), ''],
        ...traffic(cell),
      ],
    }));
  }
}

/** Routes, gateways and leaf nodes. */
export class Links {
  #ranking;

  /** @param onChange is called when others are wanted, or another order */
  constructor(onChange) {
    this.#ranking = new Ranking('links', 'out_msgs', onChange);
  }

  /**
   * @param gateway what varz tells of gateways
   * @param routez the first of the answers to be shown
   */
  show(gateway, routez, gatewayz, leafz) {
    const links = [
      ...lostClusters(gateway, gatewayz).map(lost),
      ...(routez.routes ?? []).map((route) => ({
        ...route,
        kind: 'Route',
        id: `rid ${route.rid}`,
        remote: route.remote_name ?? route.remote_id,
        href: 'routez?subs=1',
      })),
      ...gateways('outbound', Object.entries(gatewayz.outbound_gateways ?? {})),
      ...gateways(
        'inbound',
        Object.entries(gatewayz.inbound_gateways ?? {}).flatMap(([name, all]) =>
          all.map((each) => [name, each]),
        ),
      ),
      ...(leafz.leafs ?? []).map((leaf) => ({
        ...leaf,
        kind: leaf.is_spoke ? 'Hub of this leaf node' : 'Leaf node',
        id: `lid ${leaf.id ?? ''}`,
        remote: leaf.name,
        href: 'leafz?subs=1',
      })),
    ].map((link) => ({
      ...link,
      pending_size: link.pending_size ?? link.pending_bytes ?? null,
      rtt_ns: durationOf(link.rtt ?? ''),
    }));
    const { page, total } = this.#ranking.sortedPageOf(
      links,
      ({ remote, name, kind, ip, id, account }) => [remote, name, kind, ip, id, account].join(' '),
    );
    const key = ({ kind, id }) => `${kind} ${id}`;
    this.#ranking.show(routez.now, total, page, key, TRAFFIC, (link, cell) => ({
      href: link.href,
      state: link.state,
      cells: [
        [link.remote ?? '–', link.ip ? `${link.id} · ${addressText(link.ip, link.port)}` : ''],
        [link.kind, link.account ? `account ${link.account}` : (link.note ?? '')],
        ...traffic(cell),
        [countText(link.subscriptions ?? null), ''],
        [bytesText(link.pending_size), ''],
        [durationText(link.rtt_ns), ''],
      ],
    }));
  }
}

/** Of each the cluster is told; the name of a connection is the other server's id. */
function gateways(direction, all) {
  return all.map(([cluster, { connection }]) => ({
    ...connection,
    kind: `Gateway, ${direction}`,
    id: `gid ${connection.cid}`,
    remote: cluster,
    href: 'gatewayz?accs=1',
  }));
}

/**
 * The configured clusters that messages don't get to.
 *
 * @param gateway what varz tells of gateways
 */
export function lostClusters({ name, gateways: configured }, { outbound_gateways: connected }) {
  return (configured ?? [])
    .map((each) => each.name)
    .filter((cluster) => cluster !== name && !Object.hasOwn(connected ?? {}, cluster));
}

/** Of what isn't connected there are no numbers. */
function lost(cluster) {
  return {
    ...Object.fromEntries(TRAFFIC.map((name) => [name, null])),
    kind: 'Not connected',
    note: 'gateway',
    state: 'slow',
    id: `to ${cluster}`,
    remote: cluster,
    href: 'gatewayz',
  };
}

/** Where all is told of a debtor or a slow consumer, or the pane that shows it. */
function detailOf({ kind, cid }) {
  const pages = { Router: 'routez', Gateway: 'gatewayz', Leafnode: 'leafz' };
  return kind in pages
    ? { href: pages[kind] }
    : { href: `connz?cid=${Number(cid)}&subs=detail&state=any`, cid: Number(cid) };
}

/** Those who don't keep up, and those who didn't. */
export class Slow {
  static #MOST = 20;
  #rows = new Rows(document.getElementById('slow-list'), document.getElementById('slow-empty'));
  #more = document.getElementById('slow-more');

  /** @param slowz the answer to be shown */
  show({ slow, past }, maxPending) {
    const all = [...slow, ...past];
    const rows = all.slice(0, Slow.#MOST).map((each) => ({
      ...detailOf(each),
      state: each.until ? '' : 'slow',
      cells: [
        who(each),
        [each.until ? each.outcome : 'Slow now', each.until ? `at ${timeText(timeOf(each.until))}` : ''],
        [timeText(timeOf(each.since)), `for ${each.for}`],
        [whyOf(each, maxPending), ''],
        [bytesText(each.pending_bytes), ''],
      ],
    }));
    this.#rows.show(rows);
    put(this.#more, all.length > rows.length ? `${rows.length} of ${all.length}` : '');
  }
}

/** A bar is seen where there is anything. */
const LEAST_PERCENT = 0.5;

/** Above this part of a bound, something is about to give way. */
const NEARLY_ALL = 0.9;

/** Shows in the bar of an id how much of a bound is taken. */
export function bar(id, bytes, bound) {
  const element = document.getElementById(`${id}-bar`);
  const part = bound > 0 ? Math.min(1, Math.max(0, bytes / bound)) : 0;
  const text = `${bytesText(bytes)} of ${bytesText(bound)}`;
  element.ariaValueMax = String(bound);
  element.ariaValueNow = String(Math.min(bound, Math.max(0, bytes)));
  element.ariaValueText = text;
  element.dataset.state = part > NEARLY_ALL ? 'full' : '';
  element.firstElementChild.style.width = `${bytes > 0 ? Math.max(LEAST_PERCENT, part * 100) : 0}%`;
  put(document.getElementById(`${id}-note`), text);
}

/** How much is kept, of what, and for whom most of it. */
export class Debtors {
  static #KINDS = 5;

  #rows = new Rows(document.getElementById('debtors'), document.getElementById('debtors-empty'));
  #kinds = document.getElementById('kinds');

  /**
   * @param memory of the server as a whole
   * @param slowz the answer that names the largest debtors
   */
  show(memory, { debtors }) {
    bar('heap', memory.heap_bytes, memory.heap_bound_bytes);
    bar('native', memory.native_bytes, memory.native_bound_bytes);
    this.#showKinds(memory.bytes_by_kind);
    this.#rows.show(
      debtors.map((each) => ({
        ...detailOf(each),
        cells: [
          who(each),
          [bytesText(each.heap_bytes + each.native_bytes), ''],
          [bytesText(each.heap_bytes), ''],
          [bytesText(each.native_bytes), ''],
          [bytesText(each.pending_bytes), ''],
        ],
      })),
    );
  }

  #showKinds(bytesByKind) {
    const kinds = Object.entries(bytesByKind)
      .filter(([, bytes]) => bytes > 0)
      .sort(([, one], [, other]) => other - one)
      .slice(0, Debtors.#KINDS);
    while (this.#kinds.children.length > kinds.length) {
      this.#kinds.lastElementChild.remove();
    }
    kinds.forEach(([kind, bytes], i) => {
      const item = this.#kinds.children[i] ?? this.#appendKind();
      put(item.firstElementChild, kind.replaceAll('_', ' '));
      put(item.lastElementChild, bytesText(bytes));
    });
  }

  #appendKind() {
    const item = document.createElement('li');
    item.append(document.createElement('span'), ' ', document.createElement('span'));
    this.#kinds.append(item);
    return item;
  }
}

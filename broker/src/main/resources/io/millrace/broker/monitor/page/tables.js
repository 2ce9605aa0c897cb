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

/** Controls, and what turns the direction of writing: they could make a name look like another. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function visible(text) {
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

  constructor(table, empty) {
    this.#body = table.tBodies[0];
    this.#empty = empty;
  }

  /** @param rows each {href, state, cells: [[text, note]]} */
  show(rows) {
    while (this.#body.rows.length > rows.length) {
      this.#body.deleteRow(-1);
    }
    rows.forEach((row, i) => this.#change(this.#body.rows[i] ?? this.#body.insertRow(), row));
    this.#body.closest('.scroll').hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
  }

  #change(row, { href, state = '', cells }) {
    row.dataset.state = state;
    cells.forEach(([text, note], i) => {
      const cell = row.cells[i] ?? this.#append(row, i === 0);
      const [first, second] = cell.querySelectorAll('bdi');
      const shown = visible(text);
      put(first, shown);
      put(second, visible(note));
      first.title = shown;
    });
    row.querySelector('a').href = href;
  }

  #append(row, head) {
    const cell = document.createElement(head ? 'th' : 'td');
    const note = document.createElement('small');
    note.append(document.createElement('bdi'));
    const main = document.createElement(head ? 'a' : 'span');
    main.append(document.createElement('bdi'));
    cell.append(main, note);
    if (head) {
      cell.scope = 'row';
    }
    row.append(cell);
    return cell;
  }
}

function who({ kind, cid, name, ip, port, lang, version }) {
  const id = kind === 'Router' ? 'rid' : 'cid';
  const client = [lang, version].filter(Boolean).join(' ');
  const address = ip?.includes(':') ? `[${ip}]` : ip;
  return [
    name?.trim() ? name : `${id} ${cid}`,
    [`${id} ${cid}`, `${address}:${port}`, client].filter(Boolean).join(' · '),
  ];
}

/** A table of those that come first in an order, which its heads choose. */
export class Ranking {
  #rows;
  #note;
  #heads;
  #before = new Map();
  #beforeTime = 0;
  sort;

  /**
   * @param id of the table, with which those of its parts begin
   * @param sort the order at first
   * @param onSort is called when another order is wanted
   */
  constructor(id, sort, onSort) {
    const table = document.getElementById(id);
    this.sort = sort;
    this.#rows = new Rows(table, document.getElementById(`${id}-empty`));
    this.#note = document.getElementById(`${id}-note`);
    this.#heads = [...table.querySelectorAll('button[data-sort]')];
    for (const head of this.#heads) {
      head.addEventListener('click', () => {
        this.sort = head.dataset.sort;
        this.#mark();
        onSort();
      });
    }
    this.#mark();
  }

  #mark() {
    for (const head of this.#heads) {
      head.closest('th').ariaSort = head.dataset.sort === this.sort ? 'descending' : null;
    }
  }

  /**
   * @param now when the server said so
   * @param total of how many these are the first
   * @param key what one of them is known by
   * @param names those of its fields that only grow
   * @param row makes a row of one of them and what makes a cell of one of these fields
   */
  show(now, total, all, key, names, row) {
    const time = timeOf(now);
    const counters = new Map();
    const rows = all.map((each) => {
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
    put(this.#note, total > rows.length ? `${rows.length} of ${countText(total)}` : '');
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

/** The connections that come first in an order. */
export class Busiest {
  #ranking;

  /** @param onSort is called when another order is wanted */
  constructor(onSort) {
    this.#ranking = new Ranking('busiest', 'msgs_to', onSort);
  }

  get sort() {
    return this.#ranking.sort;
  }

  /** @param connz the answer to be shown */
  show({ now, total, connections }) {
    this.#ranking.show(now, total, connections, ({ cid }) => cid, TRAFFIC, (connection, cell) => ({
      href: `connz?cid=${Number(connection.cid)}&subs=detail`,
      cells: [
        who(connection),
        ...traffic(cell),
        [bytesText(connection.pending_bytes), ''],
        [durationText(durationOf(connection.rtt)), ''],
      ],
    }));
  }
}

/** The accounts that come first in an order; hidden where nobody made any. */
export class Accounts {
  #panel = document.getElementById('accounts-panel');
  #ranking;

  /** @param onSort is called when another order is wanted */
  constructor(onSort) {
    this.#ranking = new Ranking('accounts', 'msgs_to', onSort);
  }

  get sort() {
    return this.#ranking.sort;
  }

  /** @param busyz the answer to be shown */
  show({ now, system_account, accounts, busiest }) {
    this.#panel.hidden = accounts <= (system_account ? 2 : 1);
    this.#ranking.show(now, accounts, busiest, ({ acc }) => acc, TRAFFIC, (account, cell) => ({
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

/** Those who don't keep up, and those who didn't. */
export class Slow {
  static #MOST = 20;
  #rows = new Rows(document.getElementById('slow-list'), document.getElementById('slow-empty'));
  #more = document.getElementById('slow-more');

  /** @param slowz the answer to be shown */
  show({ slow, past }) {
    const all = [...slow, ...past];
    const rows = all.slice(0, Slow.#MOST).map((each) => ({
      href: each.kind === 'Router' ? 'routez' : `connz?cid=${Number(each.cid)}&subs=detail&state=any`,
      state: each.until ? '' : 'slow',
      cells: [
        who(each),
        [each.until ? each.outcome : 'Slow now', each.until ? `at ${timeText(timeOf(each.until))}` : ''],
        [timeText(timeOf(each.since)), `for ${each.for}`],
        [each.subject ?? '–', ''],
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
        href: each.kind === 'Router' ? 'routez' : `connz?cid=${Number(each.cid)}&subs=detail&state=any`,
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

/** One connection, all of it, and why it is slow if it is. */

import { bytesText, countText, durationOf, durationText, perSecond, timeOf, timeText } from './numbers.js';
import { put, visible } from './tables.js';
import { whyNow } from './why.js';

const SUBSCRIPTIONS = 50;
const $ = (id) => document.getElementById(id);

export class Detail {
  #dialog = $('detail');
  #ask;
  #tell;
  #before = null;
  #cid = 0;
  canClose = false;

  /**
   * @param ask asks the server for a path
   * @param tell has the server do something
   */
  constructor(ask, tell) {
    this.#ask = ask;
    this.#tell = tell;
    $('detail-close').addEventListener('click', () => this.#dialog.close());
    $('detail-kick').addEventListener('click', () => this.#kick());
    document.addEventListener('click', (event) => {
      const link = event.target.closest('a[data-cid]');
      if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.open(Number(link.dataset.cid));
      }
    });
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Shows a connection by its number. */
  open(cid) {
    this.#cid = cid;
    this.#before = null;
    put($('detail-name'), `cid ${cid}`);
    put($('detail-why'), '');
    $('detail-facts').replaceChildren();
    $('detail-subs').replaceChildren();
    put($('detail-subs-note'), '');
    put($('detail-kick-note'), '');
    $('detail-kick').hidden = true;
    this.#dialog.showModal();
    this.look({ slow: [], past: [] }, 0).catch(() => put($('detail-why'), 'The server doesn’t answer.'));
  }

  /** Asks for it again. */
  async look({ slow, past }, maxPending) {
    const path = `connz?cid=${this.#cid}&subs=detail&auth=1&state=any`;
    const { now, connections } = await this.#ask(path);
    $('detail-raw').href = path;
    const connection = connections?.[0];
    if (!connection) {
      put($('detail-why'), 'It has ended, and isn’t remembered.');
      $('detail-kick').hidden = true;
      return;
    }
    const time = [...slow, ...past].find(({ cid }) => cid === this.#cid);
    this.#show(connection, timeOf(now), time, maxPending);
  }

  #show(connection, time, episode, maxPending) {
    const { in_msgs, out_msgs, in_bytes, out_bytes, pending_bytes } = connection;
    const counters = { in_msgs, out_msgs, in_bytes, out_bytes, pending_bytes };
    const rates = perSecond(counters, this.#before?.counters, time - this.#before?.time);
    this.#before = { counters, time };
    put($('detail-name'), visible(connection.name?.trim() ? connection.name : `cid ${connection.cid}`));
    const growth = { got: rates.out_bytes, grew: rates.pending_bytes };
    put($('detail-why'), maxPending > 0 ? visible(whyNow(connection, growth, episode, maxPending)) : '');
    const rate = (text, name) =>
      rates[name] > 0 ? `${text(counters[name])}, ${text(rates[name])}/s` : text(counters[name]);
    this.#facts({
      Address: `${connection.ip}:${connection.port}`,
      Number: `cid ${connection.cid}`,
      User: connection.authorized_user ?? '–',
      Account: connection.account ?? connection.name_tag ?? '$G',
      Client: [connection.lang, connection.version].filter(Boolean).join(' ') || '–',
      TLS: [connection.tls_version, connection.tls_cipher_suite].filter(Boolean).join(' ') || 'none',
      Since: `${timeText(timeOf(connection.start))}, up ${connection.uptime}, idle ${connection.idle}`,
      'Messages in': rate(countText, 'in_msgs'),
      'Messages out': rate(countText, 'out_msgs'),
      'Bytes in': rate(bytesText, 'in_bytes'),
      'Bytes out': rate(bytesText, 'out_bytes'),
      Pending: bytesText(pending_bytes),
      'Round trip': durationText(durationOf(connection.rtt)),
      'Held back': `${countText(connection.stalls ?? 0)} times`,
    });
    this.#subscriptions(connection);
    const open = !connection.stop;
    $('detail-kick').hidden = !open || !this.canClose;
    if (open && !this.canClose) {
      put($('detail-kick-note'), 'Closing it takes a password: monitor { username, password }.');
    }
  }

  #facts(facts) {
    const list = $('detail-facts');
    Object.entries(facts).forEach(([name, text], i) => {
      const row = list.children[i] ?? this.#appendFact(list);
      put(row.firstElementChild, name);
      put(row.lastElementChild.firstElementChild, visible(text));
    });
  }

  #appendFact(list) {
    const row = document.createElement('div');
    const value = document.createElement('dd');
    value.append(document.createElement('bdi'));
    row.append(document.createElement('dt'), value);
    list.append(row);
    return row;
  }

  #subscriptions({ subscriptions_list_detail: all = [], subscriptions }) {
    const shown = all.toSorted((a, b) => b.msgs - a.msgs).slice(0, SUBSCRIPTIONS);
    put($('detail-subs-note'), shown.length < subscriptions ? `${shown.length} of ${countText(subscriptions)}` : '');
    $('detail-subs').replaceChildren(
      ...shown.map(({ subject, qgroup, msgs, sid }) => {
        const item = document.createElement('li');
        const name = document.createElement('bdi');
        name.textContent = visible(subject + (qgroup ? ` (queue ${qgroup})` : ''));
        const note = document.createElement('small');
        note.textContent = `${countText(msgs)} messages, sid ${visible(sid)}`;
        item.append(name, ' ', note);
        return item;
      }),
    );
  }

  async #kick() {
    const name = $('detail-name').textContent;
    if (window.confirm(`Close the connection of ${name} (cid ${this.#cid})? It may connect again.`)) {
      const problem = await this.#tell(`close?cid=${this.#cid}`);
      put($('detail-kick-note'), problem ?? 'It is being closed.');
      $('detail-kick').hidden = problem === null;
    }
  }
}

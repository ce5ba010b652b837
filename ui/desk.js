// Runs once, in the element of the filters. Gradio gives: element, props, trigger(event, data), watch(property, callback).
// Conversations are kept in this browser alone, one entry each, so that two tabs do not overwrite each other's.
let shelf = '';  // the beginning of the entries' names
const KEPT = 200;
const EVENTS = {  // what a button's verb triggers
  ask: 'ask', retry: 'ask', widen: 'ask', copy: 'tell', link: 'tell', export: 'tell', up: 'report', down: 'report', wrong: 'report',
  fresh: 'fresh', stop: 'stop', drop: 'drop', edit: 'edit', unedit: 'edit',
};

function names() {
  return Object.keys(localStorage).filter((name) => shelf && name.startsWith(shelf));
}

function read(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    return kept && typeof kept.title === 'string' && typeof kept.when === 'number' ? kept : null;
  } catch {
    return null;
  }
}

function newestFirst() {
  const kept = names().map((name) => ({ name, ...(read(name) || { title: '(damaged)', when: 0 }) }));
  return kept.sort((one, other) => other.when - one.when);
}

const held = {};  // by a conversation's id: the id that this tab keeps it under, and when it was opened or kept last

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function keep(title, record) {
  const when = Date.now();
  let { id, when: before } = held[record.id] || { id: record.id };
  const there = read(shelf + id);
  if (there && there.when !== before) id = randomId();  // another tab has gone on with it
  held[record.id] = { id, when };
  const name = shelf + id;
  const entry = JSON.stringify({ title, when, record: { ...record, id } });
  sessionStorage.setItem(shelf, id);
  if (record.exchanges.some((exchange) => exchange.question === draft())) draft('');
  for (const old of newestFirst().slice(KEPT)) localStorage.removeItem(old.name);
  for (;;) {
    try {
      localStorage.setItem(name, entry);
      break;
    } catch {  // the browser's room is used up: the oldest conversation goes
      const oldest = newestFirst().filter((old) => old.name !== name).pop();
      if (!oldest) return say('This conversation is too long to be kept; export it.');
      localStorage.removeItem(oldest.name);
    }
  }
  list();
}

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function button(value, text, className, title) {
  const made = make('button', `pq-do ${className}`, text);
  Object.assign(made, { type: 'button', value, title });
  return made;
}

function list() {
  const place = document.querySelector('.pq-past');
  if (!place) return;
  const kept = newestFirst();
  const items = kept.map(({ name, title, when }) => {
    const item = make('li');
    const opens = button(`past-${name}`, title, 'pq-reopen', 'Open this conversation');
    opens.append(make('time', '', when ? new Date(when).toLocaleString() : ''));
    const removes = button(`forget-${name}`, '×', 'pq-forget', `Delete: ${title}`);
    removes.setAttribute('aria-label', `Delete the conversation: ${title}`);
    item.append(opens, removes);
    return item;
  });
  place.replaceChildren(...items);
  if (!items.length) place.append(make('li', 'pq-none', 'None yet. Conversations are kept in this browser only.'));
  const all = document.querySelector('.pq-forget-all');
  if (all) all.hidden = !items.length;
  const number = document.querySelector('.pq-count');
  if (number) number.textContent = items.length ? `(${items.length})` : '';
}

let quiet = 0;
function say(text) {
  const place = document.querySelector('.pq-said');
  if (!place) return;
  place.textContent = text;
  clearTimeout(quiet);
  quiet = setTimeout(() => { place.textContent = ''; }, 6000);
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // no clipboard without https on other hosts than this machine
    const area = make('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) return say('This browser does not let the page copy.');
  }
  say(said);
}

function download(name, kind, text) {
  const link = make('a');
  link.href = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function begin(order) {
  const early = draft();
  draft('');
  shelf = `pullquote-${order.shelf}-`;
  if (early) draft(early);
  list();
  const outlets = document.querySelector('.pq-form select');
  for (const outlet of order.outlets) outlets.append(new Option(outlet));
  if (order.form) {
    form(order.form);
    limit(order.form.outlets);
  }
  const box = document.querySelector('.pq-box textarea');
  if (draft() && !box.value && !order.form && !typed.length) fill(box, draft());
  const kept = read(shelf + sessionStorage.getItem(shelf));
  if (kept) return reopen(kept);
  trigger('suggest', {});
  settle();
}

function reopen(kept) {
  if (kept.record) held[kept.record.id] = { id: kept.record.id, when: kept.when };
  replace('restore', { record: kept.record });
}

function replace(event, data) {
  settled = false;
  trigger(event, data);
  setTimeout(settle, SLOW);
}

function settle() {
  settled = true;
  if (late) flush();
}

function form(days) {
  for (const name of ['after', 'before']) document.querySelector(`.pq-form [name=${name}]`).value = days[name] || '';
}

function limit(outlets) {
  const [after, before] = ['after', 'before'].map((name) => document.querySelector(`.pq-form [name=${name}]`).value);
  trigger('limit', { after, before, outlets });
}

document.addEventListener('change', (event) => {
  if (!event.target.closest('.pq-form')) return;
  limit(event.target.name === 'outlet' && event.target.value ? [event.target.value] : []);
  if (event.target.name === 'outlet') event.target.value = '';
});

function leave() {
  sessionStorage.removeItem(shelf);
  focus();
  settle();
}

function restored(order) {
  if (order.text) say(order.text);
  else focus();
  settle();
}

function focus() {
  document.querySelector('.pq-history')?.removeAttribute('open');
  document.querySelector('.pq-box textarea')?.focus();
}

const COMMANDS = {
  begin,
  keep: (order) => keep(order.title, order.record),
  say: (order) => say(order.text),
  copy: (order) => copy(order.text, order.said),
  link: (order) => copy(`${location.origin}${location.pathname}?${order.query}`, order.said),
  download: (order) => download(order.name, order.kind, order.text),
  form,
  leave,
  restored,
  focus,
};

watch('value', () => {
  COMMANDS[props.value?.do]?.(props.value);
  element.querySelector('.pq-number').textContent = props.value?.number || '';  // of the last command that is done
});

function press(pressed) {
  const [verb] = pressed.value.split('-');
  const rest = pressed.value.slice(verb.length + 1);
  if (verb === 'past') {
    const kept = read(rest);
    if (!kept) return say('This conversation is damaged; delete it.');
    sessionStorage.setItem(shelf, kept.record?.id);
    document.querySelector('.pq-history')?.removeAttribute('open');
    reopen(kept);
  } else if (verb === 'forget') {
    localStorage.removeItem(rest);
    if (rest === shelf + sessionStorage.getItem(shelf)) sessionStorage.removeItem(shelf);
    list();
  } else if (verb === 'forgetall') {
    names().forEach((name) => localStorage.removeItem(name));
    sessionStorage.removeItem(shelf);
    list();
  } else if (EVENTS[verb]) {
    (verb === 'fresh' ? replace : trigger)(EVENTS[verb], { value: pressed.value, question: pressed.textContent });
  }
}

// A question is what stands in the box when it is sent: Gradio's own event would read it later, when the next may be there already.
const typed = [];  // [number, question, when], newest last
const AGAIN = 10000;  // ms for which a question goes along with later ones, which may overtake it
const SLOW = 20000;  // ms for which a question waits for the conversation that it belongs to
let settled = false;  // whether the server has that conversation; what came earlier would go with the one that is replaced
let late = false;  // whether a question waits so

// What is typed, and what is asked until its answer is kept, outlives a reload: Gradio's, after the server was away, comes unasked.
const draft = (...text) => (text.length ? sessionStorage.setItem(`${shelf}draft`, text[0]) : sessionStorage.getItem(`${shelf}draft`));
document.addEventListener('input', (event) => { if (event.target.matches('.pq-box textarea')) draft(event.target.value); }, true);

function send(box) {
  const question = box.value;
  fill(box, '');
  draft(question.trim());
  if (!question.trim()) return;
  typed.push([(typed.at(-1)?.[0] || 0) + 1, question, Date.now()]);
  flush();
}

function flush() {
  late = !settled;
  if (late) return;
  trigger('send', { typed: typed.map(([number, text]) => [number, text]) });
  while (typed.length > 1 && Date.now() - typed[0][2] > AGAIN) typed.shift();
}

function fill(box, text) {
  box.value = text;
  box.dispatchEvent(new Event('input', { bubbles: true }));  // Gradio keeps a copy of what is in it
}

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || !event.target.matches('.pq-box textarea')) return;
  event.stopPropagation();
  if (event.isComposing || event.keyCode === 229) return;  // it ends the word that is being composed
  event.preventDefault();
  send(event.target);
}, true);

document.addEventListener('click', (event) => {
  const box = event.target.closest('.pq-box .submit-button')?.closest('.pq-box').querySelector('textarea');
  if (!box) return;
  event.stopPropagation();
  send(box);
  box.focus();
}, true);

document.addEventListener('click', (event) => {
  const pressed = event.target.closest('button.pq-do');
  if (pressed) {
    event.preventDefault();
    press(pressed);
  } else if (!event.target.closest('.pq-history')) {
    document.querySelector('.pq-history')?.removeAttribute('open');
  }
}, true);

window.addEventListener('storage', list);

// Once the page is there to type in; with Gradio's own event of a page that is loaded, it would be there later.
function open() {
  if (shelf) return;
  trigger('open', {});
  setTimeout(open, 3000);
}
requestAnimationFrame(() => setTimeout(open));

// Runs once, in the article panel's element. Gradio gives: element, trigger(event, data), watch(property, callback).
let shown = '';  // the link that the panel shows, or is about to
let follow = false;  // whether the focus goes to the article when it comes

const target = (link) => (link?.getAttribute('href') || '').split('#')[1] || '';
const citations = (of) => [...of.querySelectorAll('a.pq-cite')];

const OPENS = { cite: 'cite', article: 'visit' };  // what the first word of a link triggers

function request(wanted) {
  const [kind] = wanted.split('-');
  trigger(OPENS[kind], { link: wanted.slice(kind.length + 1) });
}

function open(link, event, focus = true) {
  const wanted = target(link);
  const [kind] = wanted.split('-');
  if (link?.matches('.pq-close')) dismiss();
  else if (OPENS[kind]) request(wanted);
  else if (link?.matches('.pq-theme')) paint(document.body.classList.toggle('dark'));
  else return;
  if (wanted) [shown, follow] = [wanted, focus];
  for (const other of citations(document)) other.classList.toggle('pq-shown', Boolean(wanted) && target(other) === wanted);
  hide();
  event.preventDefault();
  event.stopPropagation();
}

function dismiss() {
  follow = false;  // the article may have come in this very frame: the focus goes back, not to what is about to go
  trigger('dismiss', {});
  const from = [...document.querySelectorAll('.pq-answer a')].find((link) => target(link) === shown);
  from?.focus();
  hide();
}

document.addEventListener('click', (event) => open(event.target.closest('a, .pq-close, .pq-theme'), event), true);

// An answer that grows is drawn anew: a link may be another one between press and release, and then there is no click on it.
let pressed = null;
document.addEventListener('pointerdown', (event) => { pressed = event.target.closest('a'); }, true);
document.addEventListener('pointerup', (event) => {
  if (pressed && !pressed.isConnected) open(pressed, event);
  pressed = null;
}, true);

// Esc closes the article; j and k open the next and the previous quote of the latest answer; / goes to the question.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return element.querySelector('.pq-article') ? dismiss() : hide();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [contenteditable="true"]')) return;
  if (event.key === '/') {
    document.querySelector('.pq-box textarea')?.focus();
    event.preventDefault();
  } else if (event.key === 'j' || event.key === 'k') {
    step(event.key === 'j' ? 1 : -1, event);
  }
});

function step(by, event) {
  const answers = [...document.querySelectorAll('.pq-answer')].filter((answer) => citations(answer).length && answer.offsetParent);
  if (!answers.length) return;
  const links = citations(answers.at(-1)).filter((link, place, all) => all.findIndex((other) => target(other) === target(link)) === place);
  const place = links.findIndex((link) => target(link) === shown);
  const next = links[place < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(place + by, 0), links.length - 1)];
  next.scrollIntoView({ block: 'nearest' });
  next.focus();
  open(next, event, false);
}

watch('value', () => requestAnimationFrame(() => {
  const article = element.querySelector('.pq-article');
  if (!article) {
    shown = '';
    return;
  }
  const came = element.querySelector('[data-link]')?.dataset.link;
  if (came && shown && came !== shown) return request(shown);  // of requests in quick succession, an earlier one was answered last
  if (follow) article.focus({ preventScroll: true });
  follow = false;
  article.querySelector('#pq-hit')?.scrollIntoView({ block: 'center' });
}));

// The words of a quote beside its number, while something points at it.
const bubble = document.createElement('div');
Object.assign(bubble, { className: 'pq-bubble', id: 'pq-bubble', hidden: true });
bubble.setAttribute('role', 'tooltip');
document.body.append(bubble);
let soon = 0;
let described = null;  // the link whose words it has

function show(link) {
  const card = link.querySelector('.pq-card');
  if (!card || !link.isConnected) return;
  hide();
  bubble.replaceChildren(...[...card.childNodes].map((node) => node.cloneNode(true)));
  bubble.hidden = false;
  described = link;
  link.setAttribute('aria-describedby', bubble.id);
  const at = link.getBoundingClientRect();
  const above = at.bottom + bubble.offsetHeight + 8 > innerHeight;
  bubble.style.left = `${Math.max(8, Math.min(at.left, innerWidth - bubble.offsetWidth - 8))}px`;
  bubble.style.top = `${Math.max(8, above ? at.top - bubble.offsetHeight - 4 : at.bottom + 4)}px`;
}

function hide() {
  clearTimeout(soon);
  bubble.hidden = true;
  described?.removeAttribute('aria-describedby');
}

function later(act, wait) {
  clearTimeout(soon);
  soon = setTimeout(act, wait);
}

document.addEventListener('mouseover', (event) => {
  const link = event.target.closest('a.pq-cite');
  if (link) later(() => show(link), 150);
  else if (event.target.closest('.pq-bubble')) clearTimeout(soon);
  else later(hide, 200);
});
document.addEventListener('focusin', (event) => {
  const link = event.target.closest('a.pq-cite');
  if (link?.matches(':focus-visible') && target(link) !== shown) show(link);
});
document.addEventListener('focusout', hide);
document.addEventListener('scroll', (event) => { if (event.target !== bubble) hide(); }, true);

// Dark or light: as the system is, until the reader chooses.
function paint(dark) {
  document.body.classList.toggle('dark', dark);
  localStorage.setItem('pullquote-dark', String(dark));
}
const chosen = localStorage.getItem('pullquote-dark');
if (chosen) paint(chosen === 'true');

// Runs once, in the article panel's element. Gradio gives: element, trigger(event, data), watch(property, callback).
function open(link, event) {
  const target = (link?.getAttribute('href') || '').split('#')[1] || '';
  if (target.startsWith('cite-')) {
    document.querySelectorAll('.pq-cite.pq-shown').forEach((other) => other.classList.remove('pq-shown'));
    link.classList.add('pq-shown');
    trigger('cite', { link: target.slice('cite-'.length) });
  } else if (target.startsWith('article-')) {
    trigger('visit', { link: target.slice('article-'.length) });
  } else if (link?.matches('.pq-close')) {
    trigger('dismiss', {});
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener('click', (event) => open(event.target.closest('a, .pq-close'), event), true);

// An answer that grows is drawn anew: a link may be another one between press and release, and then there is no click on it.
let pressed = null;
document.addEventListener('pointerdown', (event) => { pressed = event.target.closest('a, .pq-close'); }, true);
document.addEventListener('pointerup', (event) => {
  if (pressed && !pressed.isConnected) open(pressed, event);
  pressed = null;
}, true);

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && element.querySelector('.pq-article')) trigger('dismiss', {});
});

watch('value', () => requestAnimationFrame(() => {
  const quote = element.querySelector('#pq-hit');
  if (quote) quote.scrollIntoView({ block: 'center' });
}));

// Keep the newest question at the top of the conversation while its answer grows, so that reading starts at the start.
let asked = 0;
let followed = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll('[data-testid="user"]');
  if (questions.length !== asked) followed = Date.now();
  asked = questions.length;
  if (!asked || Date.now() - followed > 3000) return;
  const question = questions[asked - 1];
  const scrolled = question.closest('.bubble-wrap');
  if (scrolled) scrolled.scrollTop += question.getBoundingClientRect().top - scrolled.getBoundingClientRect().top - 12;
}).observe(document.body, { childList: true, subtree: true });

// Runs once, in the element of the conversation. Gradio gives: element, props, watch(property, callback).
// Only what has changed is drawn anew: what is selected or focused in an answer stays so while the next one grows.
const place = element.querySelector('.pq-talk');
const welcome = element.querySelector('.pq-welcome');
let drawn = 0;  // number of the state that is shown
let asked = null;  // the newest question's exchange
let since = 0;  // when it came

const draw = (exchange, html) => {
  if (exchange.drawn === html) return;
  const held = exchange.contains(document.activeElement) ? document.activeElement : null;
  exchange.innerHTML = html;
  exchange.drawn = html;
  const same = (other) => other.getAttribute('href') === held.getAttribute('href') && other.value === held.value;
  if (held) [...exchange.querySelectorAll('a, button')].find(same)?.focus({ preventScroll: true });
};

watch('value', () => {
  const { state, exchanges } = props.value || {};
  if (!(state > drawn)) return;  // a late one: states of several events may overtake each other
  drawn = state;
  welcome.hidden = exchanges.length > 0;
  while (place.children.length > exchanges.length) place.lastChild.remove();
  while (place.children.length < exchanges.length) {
    place.append(document.createElement('div'));
    place.lastChild.className = 'pq-exchange';
  }
  exchanges.forEach((html, number) => draw(place.children[number], html));
  // The newest question stays at the top while its answer grows, so that reading starts at the start.
  if (place.lastChild !== asked) [asked, since] = [place.lastChild, Date.now()];
  if (asked && Date.now() - since < 3000) place.scrollTop += asked.getBoundingClientRect().top - place.getBoundingClientRect().top;
});

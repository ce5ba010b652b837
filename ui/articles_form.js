// Runs once, in the element of the forms above the list of articles.
// Gradio gives: element, props, trigger(event, data), upload(file), watch(property, callback).
const find = (selector) => element.querySelector(selector);
const EVENTS = ['search', 'fetch', 'paste', 'rebuild', 'undo'];
let soon = 0;
let sent = 0;  // forms, so that only what was sent is cleared, not what was typed since

element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  if (!EVENTS.includes(form.name)) return;
  sent += 1;
  form.dataset.sent = sent;
  trigger(form.name, { ...Object.fromEntries(new FormData(form)), sent });
});

element.addEventListener('click', (event) => {
  const pressed = event.target.closest('button[data-event]');
  if (EVENTS.includes(pressed?.dataset.event)) trigger(pressed.dataset.event, {});
});

element.addEventListener('input', (event) => {
  delete event.target.closest('form')?.dataset.sent;
  const form = event.target.closest('form[name="search"]');
  clearTimeout(soon);
  if (form) soon = setTimeout(() => form.requestSubmit(), 200);
});

async function send(files, most) {
  const sent = [];
  const refused = [];
  for (const [place, file] of files.entries()) {
    find('.pq-sending').textContent = `Uploading ${place + 1} of ${files.length}: ${file.name}`;
    if (files.length > most) sent.push(file.name);  // the server says how many it takes
    else await upload(file).then(({ path }) => sent.push(path), (error) => refused.push(`${file.name}: ${error.message}`));
  }
  find('.pq-sending').textContent = refused.join(' · ');
  if (sent.length) trigger('upload', { files: sent });
}

const drop = find('.pq-drop');
drop?.addEventListener('dragover', (event) => event.preventDefault());
drop?.addEventListener('drop', (event) => {
  event.preventDefault();
  send([...event.dataTransfer.files], drop.dataset.most);
});
drop?.addEventListener('change', (event) => {
  send([...event.target.files], drop.dataset.most);
  event.target.value = '';
});

watch('value', () => {
  const order = props.value || {};
  if (order.do === 'clear') find(`form[name="${order.form}"][data-sent="${order.sent}"]`)?.reset();
  element.querySelectorAll('.pq-adding, .pq-changes').forEach((part) => { part.hidden = order.may === false; });
  if (order.do === 'undo') Object.assign(find('button[data-event="undo"]'), { hidden: !order.label, textContent: order.label });
});

// Runs once, in the element of the list of articles. Gradio gives: element, trigger(event, data), watch(property, callback).
const EVENTS = ['sort', 'turn', 'pick', 'discard'];
let pressed = '';

element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-event]');
  if (!button || !EVENTS.includes(button.dataset.event)) return;
  pressed = button.dataset.key;
  trigger(button.dataset.event, { value: button.dataset.value });
});

// The list is drawn anew: the keyboard stays where it was, or goes to what can still be pressed.
watch('value', () => requestAnimationFrame(() => {
  if (!pressed) return;
  const again = element.querySelector(`button[data-key="${CSS.escape(pressed)}"]:not([disabled])`);
  const other = element.querySelector('nav button:not([disabled])') || element.querySelector('button[data-event]');
  if (document.activeElement === document.body) (again || other)?.focus({ preventScroll: true });
  pressed = '';
}));

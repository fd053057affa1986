// A line as it runs: the recent past whenever the stream opens, then server-sent events. Charts are redrawn at most twice a second, and not while nobody looks.
import { probabilityChart } from './probability.js';
import { signalChart } from './signal.js';

const kept = 600;   // cycles in the charts: five minutes at two a second

export function followLine(part) {
  const id = part.dataset.live, words = part.dataset.liveWords ? JSON.parse(part.dataset.liveWords) : null;
  const state = { cycles: [], readings: [], events: [], threshold: null };
  const charts = [...part.querySelectorAll('figure[data-chart="probability"]')].map(probabilityChart)
    .concat([...part.querySelectorAll('figure[data-chart="signal"]')].map(signalChart));

  let due = true;
  setInterval(() => {
    if (!due || document.hidden) return;
    due = false;
    showValues(part, state);
    for (const draw of charts) draw(state);
  }, 500);

  const stream = new EventSource(`/api/lines/${encodeURIComponent(id)}/stream`);
  stream.addEventListener('cycle', message => { keep(state.cycles, JSON.parse(message.data)); due = true; });
  stream.addEventListener('reading', message => { keep(state.readings, JSON.parse(message.data)); due = true; });
  stream.addEventListener('fault', message => {
    const fault = JSON.parse(message.data);
    const known = state.events.findIndex(e => e.id === fault.id);
    if (known >= 0) state.events[known] = fault; else state.events.unshift(fault);
    if (words) announce(part, known < 0 ? words.raised : fault.end ? words.over : null);
    for (const list of part.querySelectorAll('[data-on-fault]')) globalThis.htmx?.trigger(list, 'fault');
  });
  stream.addEventListener('open', async () => { if (await recall(id, state)) due = true; });
  addEventListener('pagehide', () => stream.close());
  setInterval(() => { if (state.threshold === null) recall(id, state); }, 5000);   // the model may still be trained
}

function keep(list, item) {
  list.push(item);
  if (list.length > kept) list.shift();
}

function showValues(part, { cycles }) {
  const latest = cycles.at(-1);
  if (!latest) return;
  for (const value of part.querySelectorAll('[data-signal]')) {
    const number = latest.values[value.dataset.signal];
    value.textContent = number === null ? '–' : number.toFixed(value.dataset.decimals).replace('-', '−');
  }
}

// Told to screen readers only when something happens, not with every cycle.
function announce(part, text) {
  const status = part.querySelector('[data-announce]');
  if (status && text) status.textContent = text;
}

// What the server knows of the last cycles: at first, and again after a silence, which may have been long or a restart.
async function recall(id, state) {
  const response = await fetch(`/api/lines/${encodeURIComponent(id)}?last=${kept}`).catch(() => null);
  if (!response?.ok) return false;
  const { cycles, readings, events, summary } = await response.json();
  Object.assign(state, { cycles, readings, events, threshold: summary.monitors[0]?.threshold ?? null });
  return true;
}

// Lets what refreshes itself change in place: only what differs is touched, so focus, selection, scroll positions and what is open stay as they are.
export function morph(from, to) {
  if (from.nodeName !== to.nodeName || from.id !== to.id) { from.replaceWith(to); return to; }
  if (from.nodeType !== Node.ELEMENT_NODE) { if (from.data !== to.data) from.data = to.data; return from; }
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  const before = [...from.childNodes], after = [...to.childNodes];
  after.forEach((child, i) => { if (i < before.length) morph(before[i], child); else from.append(child); });
  for (const child of before.slice(after.length)) child.remove();
  return from;
}

// hx-swap="morph". Rows move when one comes before them: whoever had the focus keeps it if it has a name.
globalThis.htmx.defineExtension('morph', {
  handleSwap(style, target, fragment) {
    if (style !== 'morph') return false;
    const focused = document.activeElement?.id;
    const now = morph(target, fragment.firstElementChild);
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
    return [now];
  },
});

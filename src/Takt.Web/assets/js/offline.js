// Says that the server does not answer, and since when what is shown is old; takes it back when it answers again.
const notice = document.querySelector('[data-offline]');
let answered = Date.now();

export function heard() {
  answered = Date.now();
  notice.hidden = true;
}

export function unheard() {
  if (!notice.hidden) return;
  notice.querySelector('time').dateTime = new Date(answered).toISOString();
  notice.hidden = false;
}

export function watchConnection() {
  document.addEventListener('htmx:afterRequest', ({ detail: { xhr, successful } }) => {
    if (xhr.status === 401) location.reload();   // signed out meanwhile: the page leads to where one signs in
    else if (successful) heard();
    else unheard();
  });
}

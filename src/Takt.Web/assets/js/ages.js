// Ages of numbers in the words of the page's language; the same steps as Formatting/Age.cs.
const words = document.documentElement.dataset;

const text = seconds =>
  seconds < 100 ? words.ageSeconds.replace('{0}', Math.floor(seconds))
  : seconds < 6000 ? words.ageMinutes.replace('{0}', Math.floor(seconds / 60))
  : seconds < 172800 ? words.ageHours.replace('{0}', Math.floor(seconds / 3600))
  : words.ageDays.replace('{0}', Math.floor(seconds / 86400));

export function keepAges() {
  setInterval(() => {
    for (const time of document.querySelectorAll('time[data-age]')) {
      const now = text(Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000));
      if (time.textContent !== now) time.textContent = now;
    }
  }, 1000);
}

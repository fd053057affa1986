// Brings the page to life: ages keep counting, charts are drawn, live parts follow their line. Everything on a page can be read without it.
import { keepAges } from './ages.js';
import { drawCharts } from './charts.js';
import { followLine } from './live.js';

keepAges();
drawCharts(document);
for (const part of document.querySelectorAll('[data-live]')) followLine(part);

// Brings the page to life: ages keep counting, charts are drawn, live parts follow their line, and a silent server is told. Everything on a page can be read without it.
import { keepAges } from './ages.js';
import { drawCharts } from './charts.js';
import { followLine } from './live.js';
import './morph.js';
import { watchConnection } from './offline.js';

keepAges();
watchConnection();
drawCharts(document);
for (const part of document.querySelectorAll('[data-live]')) followLine(part);

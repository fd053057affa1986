// Pictures of a finished training: each takes its data from the JSON in its figure.
import { axis, chartIn, legend, onLook, tooltip } from './look.js';

const share = { min: 0, max: 1, type: 'value' };
const line = (name, data, colour, more = {}) => ({ name, data, type: 'line', showSymbol: false, lineStyle: { width: 2, color: colour }, itemStyle: { color: colour }, animation: false, ...more });
const diagonal = (name, colour) => line(name, [[0, 0], [1, 1]], colour, { lineStyle: { type: 'dashed', width: 1, color: colour } });
const grid = { left: 52, right: 16, top: 34, bottom: 44 };
const named = (l, name, more) => axis(l, { name, nameLocation: 'middle', nameGap: 28, ...more });
const namedY = (l, name, more) => axis(l, { name, nameLocation: 'middle', nameGap: 38, ...more });

const kinds = {
  training: ({ points, best }, words, l) => ({
    grid, tooltip: tooltip(l, { valueFormatter: v => v?.toPrecision(4) }), legend: legend(l),
    xAxis: named(l, words.epoch, { type: 'value', min: 1, max: points.length, minInterval: 1, splitLine: { show: false } }),
    yAxis: namedY(l, '', { type: 'value', scale: true }),
    series: [
      line(words.loss, points.map(p => [p.epoch, p.loss]), l.lines[0]),
      line(words.validationLoss, points.filter(p => p.validationLoss != null).map(p => [p.epoch, p.validationLoss]), l.lines[1], {
        lineStyle: { width: 2, color: l.lines[1], type: [6, 3] },
        markLine: best ? { silent: true, symbol: 'none', animation: false, lineStyle: { color: l.soft, type: 'dotted' }, label: { formatter: words.best, color: l.soft, fontFamily: l.font }, data: [{ xAxis: best }] } : undefined,
      }),
    ],
  }),
  roc: (points, words, l) => ({
    grid, tooltip: tooltip(l, { trigger: 'item' }), legend: legend(l, { data: [words.chance] }),
    xAxis: named(l, words.falsePositiveRate, share), yAxis: namedY(l, words.truePositiveRate, share),
    series: [line('ROC', points.map(p => [p.falsePositiveRate, p.truePositiveRate]), l.lines[0], { areaStyle: { color: l.lines[0], opacity: .1 } }), diagonal(words.chance, l.soft)],
  }),
  precision: (points, words, l) => ({
    grid, tooltip: tooltip(l, { trigger: 'item' }),
    xAxis: named(l, words.recall, share), yAxis: namedY(l, words.precision, share),
    series: [line('PR', points.map(p => [p.recall, p.precision]), l.lines[0], { areaStyle: { color: l.lines[0], opacity: .1 } })],
  }),
  calibration: (bins, words, l) => ({
    grid, tooltip: tooltip(l, { trigger: 'item', formatter: p => p.data.words ?? '' }), legend: legend(l, { data: [words.perfect] }),
    xAxis: named(l, words.predicted, share), yAxis: namedY(l, words.observed, share),
    series: [
      diagonal(words.perfect, l.soft),
      ...bins.map(b => line('', [[b.predicted, b.low], [b.predicted, b.high]], l.lines[0], { silent: true, lineStyle: { width: 2, color: l.lines[0], opacity: .5 } })),
      { type: 'scatter', name: words.observed, symbolSize: 9, itemStyle: { color: l.lines[0] }, animation: false,
        data: bins.map(b => ({ value: [b.predicted, b.observed], words: `${words.predicted} ${b.predicted.toFixed(2)}<br>${words.observed} ${b.observed.toFixed(2)} (${b.low.toFixed(2)} – ${b.high.toFixed(2)}), n = ${b.rows}` })) },
    ],
  }),
  pairs: (pairs, words, l) => {
    const values = pairs.flatMap(p => [p.truth, p.predicted]), low = Math.min(...values), high = Math.max(...values);
    return {
      grid, tooltip: tooltip(l, { trigger: 'item' }),
      xAxis: named(l, words.truth, { type: 'value', scale: true }), yAxis: namedY(l, words.prediction, { type: 'value', scale: true }),
      series: [
        { type: 'scatter', symbolSize: 5, itemStyle: { color: l.lines[0], opacity: .6 }, animation: false, data: pairs.map(p => [p.truth, p.predicted]) },
        line(words.perfect, [[low, low], [high, high]], l.soft, { lineStyle: { type: 'dashed', width: 1, color: l.soft } }),
      ],
    };
  },
};

export function drawCharts(root) {
  for (const figure of root.querySelectorAll('figure[data-chart]')) {
    const draw = kinds[figure.dataset.chart], json = figure.querySelector('script[type="application/json"]');
    if (!draw || !json) continue;
    const chart = chartIn(figure), data = JSON.parse(json.textContent), words = JSON.parse(figure.dataset.labels);
    onLook(l => chart.setOption(draw(data, words, l), { notMerge: true }));
  }
}

// The fault probability over the last minutes with its threshold, what was flagged and, in the simulation, what was really wrong.
import { axis, chartIn, legend, onLook, tooltip } from './look.js';

export function probabilityChart(figure) {
  const chart = chartIn(figure), words = JSON.parse(figure.dataset.labels);
  let l, last;
  onLook(now => { l = now; if (last) draw(last); });
  return draw;

  function draw(state) {
    last = state;
    const { readings, events, threshold } = state;
    if (readings.length === 0) return;
    const from = Date.parse(readings[0].time), to = Date.parse(readings.at(-1).time);
    const flagged = events.filter(e => !e.end || Date.parse(e.end) > from)
      .map(e => [{ xAxis: Math.max(from, Date.parse(e.start)), yAxis: 0 }, { xAxis: e.end ? Date.parse(e.end) : to, yAxis: 1 }]);
    chart.setOption({
      animation: false, grid: { left: 40, right: 14, top: 28, bottom: 24 }, tooltip: tooltip(l, { valueFormatter: v => v == null ? '' : `${Math.round(v * 100)} %` }),
      legend: legend(l, { data: [words.probability, words.flagged, ...(readings.some(r => r.truth) ? [words.truth] : [])] }),
      xAxis: axis(l, { type: 'time', min: from, max: to, splitLine: { show: false } }),
      yAxis: axis(l, { type: 'value', min: 0, max: 1.1, interval: .25, axisLabel: { color: l.soft, fontFamily: l.font, fontSize: 11, showMaxLabel: false, formatter: v => `${v * 100} %` } }),
      series: [
        { name: words.truth, type: 'line', data: [], itemStyle: { color: l.lines[3] }, lineStyle: { color: l.lines[3], width: 8 }, symbol: 'none',
          markArea: { silent: true, itemStyle: { color: l.lines[3] }, data: truths(readings) } },
        { name: words.flagged, type: 'line', data: [], itemStyle: { color: l.lines[1] }, lineStyle: { color: l.lines[1], width: 8 }, symbol: 'none',
          markArea: { silent: true, itemStyle: { color: l.flag, borderColor: l.lines[1], borderWidth: 1, borderType: 'dashed' }, data: flagged } },
        { name: words.probability, type: 'line', showSymbol: false, lineStyle: { width: 2, color: l.lines[0] }, itemStyle: { color: l.lines[0] }, areaStyle: { color: l.lines[0], opacity: .12 },
          data: readings.map(r => [Date.parse(r.time), r.probability]),
          markLine: threshold === null ? undefined : { silent: true, symbol: 'none', lineStyle: { color: l.ink, type: 'dashed', width: 1 }, label: { position: 'insideStartTop', formatter: `${words.threshold} ${Math.round(threshold * 100)} %`, color: l.ink, backgroundColor: l.panel, padding: [1, 4], fontFamily: l.font, fontSize: 11 }, data: [{ yAxis: threshold }] } },
      ],
    }, { notMerge: true });
  }
}

// Stretches in which a fault was really there: a strip above the curve.
function truths(readings) {
  const stretches = [];
  let open = null;
  for (const r of readings) {
    const at = Date.parse(r.time);
    if (r.truth && open) open[1].xAxis = at;
    else if (r.truth) stretches.push(open = [{ xAxis: at, yAxis: 1.08 }, { xAxis: at, yAxis: 1.02 }]);
    else open = null;
  }
  return stretches;
}

// One signal over the last minutes, small: the number beside it says the value, the picture says the course.
import { chartIn, onLook, tooltip } from './look.js';

export function signalChart(figure) {
  const chart = chartIn(figure), { position, unit } = figure.dataset, decimals = Number(figure.dataset.decimals);
  const text = v => v == null ? '' : `${v.toFixed(decimals)} ${unit}`;
  let l, last;
  onLook(now => { l = now; if (last) draw(last); });
  return draw;

  function draw(state) {
    last = state;
    const data = state.cycles.map(c => [Date.parse(c.time), c.values[position]]);
    const label = { color: l.soft, fontFamily: l.font, fontSize: 10 };
    chart.setOption({
      animation: false, grid: { left: 44, right: 6, top: 6, bottom: 6 }, tooltip: tooltip(l, { valueFormatter: text }),
      xAxis: { type: 'time', show: false, min: 'dataMin', max: 'dataMax' },
      yAxis: { type: 'value', scale: true, splitNumber: 2, axisLabel: { ...label, showMinLabel: true, showMaxLabel: true, hideOverlap: true }, splitLine: { lineStyle: { color: l.edge, opacity: .5 } } },
      series: [{ type: 'line', showSymbol: false, lineStyle: { width: 1.4, color: l.lines[0] }, itemStyle: { color: l.lines[0] }, data }],
    }, { notMerge: true });
  }
}

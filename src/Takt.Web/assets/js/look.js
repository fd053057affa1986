// Colours and fonts for charts, taken from the style sheet, so that light and dark need no second list.
export function look() {
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'), soft: colour('ink-soft'), edge: colour('edge'), panel: colour('panel'),
    lines: [colour('line-1'), colour('line-2'), colour('line-3'), colour('line-4')],
    truth: colour('truth'), flag: colour('flag'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

export const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;

// Calls back now and whenever the system changes between light and dark.
export function onLook(draw) {
  draw(look());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw(look()));
}

export function axis(l, more = {}) {
  return {
    axisLine: { lineStyle: { color: l.edge } }, axisTick: { show: false }, splitLine: { lineStyle: { color: l.edge, opacity: .6 } },
    axisLabel: { color: l.soft, fontFamily: l.font, fontSize: 11, hideOverlap: true }, nameTextStyle: { color: l.soft, fontFamily: l.font }, ...more,
  };
}

export function tooltip(l, more = {}) {
  return { trigger: 'axis', backgroundColor: l.panel, borderColor: l.edge, textStyle: { color: l.ink, fontFamily: l.font, fontSize: 12 }, confine: true, ...more };
}

export function legend(l, more = {}) {
  return { top: 0, right: 0, itemHeight: 10, itemWidth: 18, textStyle: { color: l.soft, fontFamily: l.font, fontSize: 11 }, ...more };
}

// A chart in a figure that follows its size.
export function chartIn(figure) {
  const chart = globalThis.echarts.init(figure.querySelector('.canvas'), null, { renderer: 'canvas' });
  new ResizeObserver(() => chart.resize()).observe(figure);
  return chart;
}

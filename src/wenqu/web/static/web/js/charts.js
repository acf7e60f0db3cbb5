// What all drawings share: colours, fonts, and a chart that fits its box. Nothing is written into the page as HTML:
// the content policy forbids inline styles, so tooltips are drawn on the canvas ("richText").

export const COLOURS = { good: "#1f7a4d", fair: "#6fb0dc", dim: "#b9c3c9", bad: "#b3402a", ink: "#1c2b33", line: "#d5dee3" };
export const OVERALL_COLOURS = { safe: COLOURS.good, basic: COLOURS.fair, unknown: COLOURS.dim, unsafe: COLOURS.bad };
export const GRADE_COLOURS = { met: COLOURS.good, basic: COLOURS.fair, unknown: COLOURS.dim, failed: COLOURS.bad };
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

export function pageData() {
  const holder = document.getElementById("page-data");
  return holder ? JSON.parse(holder.textContent) : null;
}

export const share = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)}%` : "–");
export const count = (number) => Number(number).toLocaleString("en-US");

export function draw(id, option) {
  const box = document.getElementById(id);
  if (!box || !window.echarts) return null;
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: FONT, color: COLOURS.ink },
    ...option,
    tooltip: { confine: true, renderMode: "richText", textStyle: { fontSize: 14 }, ...(option.tooltip ?? {}) },
  });
  new ResizeObserver(() => chart.resize()).observe(box);
  return chart;
}

export const open = (url) => { if (url) window.location.assign(url); };

// Colour of a share of unsafe households, from calm to alarming; grey where nothing was judged.
const STEPS = [[0.02, "#d9ebe2"], [0.05, "#f6e7c8"], [0.1, "#f0c48d"], [0.2, "#dd8a5c"], [1.01, "#b3402a"]];
export function shade(unsafe, households) {
  if (!households) return "#e3e8eb";
  const part = unsafe / households;
  return STEPS.find(([limit]) => part < limit)[1];
}
export const PIECES = [
  { lt: 2, color: STEPS[0][1], label: "< 2%" }, { gte: 2, lt: 5, color: STEPS[1][1], label: "2–5%" },
  { gte: 5, lt: 10, color: STEPS[2][1], label: "5–10%" }, { gte: 10, lt: 20, color: STEPS[3][1], label: "10–20%" },
  { gte: 20, color: STEPS[4][1], label: "≥ 20%" },
];

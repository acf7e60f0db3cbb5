// Quality control of one item: figures in time, hollow where only a bound or a range is known, with limits, warning and action lines.
import { COLOURS, draw, pageData } from "../web/js/charts.js";

const COLOUR = { bad: COLOURS.bad, good: COLOURS.good, fair: "#c9861a" };
const data = pageData() ?? {};

const across = (name, at, colour, type, position = "insideEndTop") => ({ name, yAxis: at, lineStyle: { color: colour, type }, label: { formatter: name, position, color: colour } });

for (const box of document.querySelectorAll(".chart[data-kind]")) {
  const told = data[box.dataset.kind];
  if (told) {
    const lines = told.lines
      ? [
          across(box.dataset.mean, told.lines.mean, COLOURS.ink, "solid"),
          ...told.lines.warning.map((at) => across(box.dataset.warning, at, COLOUR.fair, "dashed")),
          ...told.lines.action.map((at) => across(box.dataset.action, at, COLOURS.bad, "dashed")),
        ]
      : [];
    const limits = told.limits.map((at) => across(box.dataset.limit, at, COLOURS.ink, "dotted", "insideStartTop"));
    // A limit far above everything that was found would press it all against the axis; the table tells it.
    const highest = Math.max(0, ...told.dots.map((dot) => dot.value), ...lines.map((line) => line.yAxis));
    const steps = told.dots.filter((dot) => dot.limit !== null && dot.limit <= 3 * highest);
    const heights = [...lines, ...limits].map((line) => line.yAxis);
    draw(box.id, {
      grid: { left: 56, right: 24, top: 28, bottom: 36 },
      tooltip: { trigger: "item", formatter: ({ data: dot }) => dot.said ?? "" },
      xAxis: { type: "time" },
      yAxis: {
        type: "value", scale: true, name: told.unit, axisLabel: { formatter: (at) => String(Number(at.toPrecision(3))) },
        min: heights.length ? ({ min }) => Math.min(min, ...heights) : null,
        max: heights.length ? ({ max }) => Math.max(max, ...heights) : null,
      },
      series: [
        {
          type: "line",
          lineStyle: { color: COLOURS.fair },
          data: told.dots.map((dot) => ({
            value: [dot.on, dot.value], said: dot.said, symbol: dot.bound ? "emptyCircle" : "circle", symbolSize: 9, itemStyle: { color: COLOUR[dot.state] ?? COLOURS.dim },
          })),
          markLine: { symbol: "none", silent: true, data: [...lines, ...limits] },
        },
        ...told.dots.filter((dot) => dot.low !== null).map((dot) => ({
          type: "line", symbol: "none", silent: true, data: [[dot.on, dot.low], [dot.on, dot.value]], lineStyle: { color: COLOURS.dim, width: 3 },
        })),
        ...(steps.length
          ? [{ name: box.dataset.limit, type: "line", step: "middle", symbol: "emptyTriangle", symbolSize: 6, data: steps.map((dot) => ({ value: [dot.on, dot.limit], said: `${dot.on}  ${box.dataset.limit} ${dot.limit}` })),
               lineStyle: { type: "dotted", color: COLOURS.ink }, itemStyle: { color: COLOURS.ink } }]
          : []),
      ],
    });
  }
}

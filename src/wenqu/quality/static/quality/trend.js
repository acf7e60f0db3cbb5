// One item at one point: results in time, hollow where only a bound is known, and the limits of each day as steps.
import { COLOURS, draw, pageData } from "../web/js/charts.js";

const data = pageData();
const box = document.getElementById("item-trend");
if (data && box) {
  const colour = { unfit: COLOURS.bad, fit: COLOURS.good };
  const steps = (key) => data.dots.map((dot) => [dot.on, dot[key]]);
  const limits = ["low", "high"].filter((key) => data.dots.some((dot) => dot[key] !== null));
  draw("item-trend", {
    grid: { left: 56, right: 24, top: 28, bottom: 36 },
    legend: { top: 0, right: 0, data: limits.length ? [box.dataset.limit] : [] },
    tooltip: { trigger: "item", formatter: ({ data: dot }) => dot.said ?? "" },
    xAxis: { type: "time" },
    yAxis: { type: "value", scale: data.dots.some((dot) => dot.low > 1), name: data.unit },
    series: [
      { type: "line", data: data.dots.filter((dot) => dot.value !== null).map((dot) => ({
        value: [dot.on, dot.value], said: `${dot.on}  ${dot.written}`, symbol: dot.bound ? "emptyCircle" : "circle", symbolSize: 9,
        itemStyle: { color: colour[dot.verdict] ?? COLOURS.dim },
      })), lineStyle: { color: COLOURS.fair } },
      ...limits.map((key) => ({ name: box.dataset.limit, type: "line", step: "end", symbol: data.dots.length > 1 ? "none" : "rect", symbolSize: [80, 2], itemStyle: { color: COLOURS.bad }, data: steps(key), lineStyle: { type: "dashed", color: COLOURS.bad } })),
    ],
  });
}

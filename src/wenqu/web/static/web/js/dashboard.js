// The drawings of a division's page. Every number also stands in a table of the page.
import { COLOURS, GRADE_COLOURS, OVERALL_COLOURS, count, draw, open, pageData, shade, share } from "./charts.js";
import { drawMap } from "./map.js";

const ORDER = ["safe", "basic", "unknown", "unsafe"];
const GRADES = ["met", "basic", "unknown", "failed"];
const KIND_COLOURS = ["#2573a8", "#7a5195", "#d9822b", "#4a6b57"];

function lines(data, child) {
  const words = ORDER.map((code) => `${data.overall[code]}  ${count(child[code])}  ${share(child[code], child.households)}`);
  return [child.name, `${count(child.households)}`, ...words].join("\n");
}

function tree(data) {
  const judged = data.children.some((child) => child.households > 0);
  const chart = draw("tree", {
    tooltip: { formatter: (item) => (item.data.child ? lines(data, item.data.child) : "") },
    series: [{
      type: "treemap", roam: false, nodeClick: false, breadcrumb: { show: false }, left: 0, right: 0, top: 0, bottom: 0,
      label: { color: COLOURS.ink, fontSize: 13, overflow: "break", formatter: (item) => (judged && item.data.child ? `${item.name}\n${share(item.data.child.unsafe, item.data.child.households)}` : item.name) },
      itemStyle: { borderColor: "#fff", borderWidth: 1, gapWidth: 1 },
      data: data.children.filter((child) => !judged || child.households > 0).map((child) => ({
        name: child.name, value: child.households || 1, child,
        itemStyle: { color: shade(child.unsafe, child.households) },
        label: { color: child.households && child.unsafe / child.households >= 0.2 ? "#fff" : COLOURS.ink },
      })),
    }],
  });
  chart?.on("click", (item) => open(item.data.child?.url));
}

function stackedShares(names, rows, codes, labels, colours) {
  return {
    grid: { left: 8, right: 16, top: 30, bottom: 4, containLabel: true },
    legend: { top: 0, itemWidth: 14, itemHeight: 10, data: codes.map((code) => labels[code]) },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (value) => `${value.toFixed(1)}%` },
    xAxis: { type: "value", max: 100, axisLabel: { formatter: "{value}%" } },
    yAxis: { type: "category", data: names, inverse: true, axisTick: { show: false } },
    series: codes.map((code) => ({
      name: labels[code], type: "bar", stack: "all", barMaxWidth: 26, itemStyle: { color: colours[code] },
      data: rows.map((row) => (100 * row[code]) / (codes.reduce((sum, each) => sum + row[each], 0) || 1)),
    })),
  };
}

function trend(data) {
  draw("trend", {
    grid: { left: 8, right: 16, top: 30, bottom: 4, containLabel: true },
    legend: { top: 0, itemWidth: 14, itemHeight: 10 },
    tooltip: { trigger: "axis", valueFormatter: (value) => `${value.toFixed(1)}%` },
    xAxis: { type: "category", data: data.trend.map((point) => point.as_of) },
    yAxis: { type: "value", max: 100, axisLabel: { formatter: "{value}%" } },
    series: ORDER.map((code) => ({
      name: data.overall[code], type: "bar", stack: "all", barMaxWidth: 40, itemStyle: { color: OVERALL_COLOURS[code] },
      data: data.trend.map((point) => (100 * point[code]) / (point.households || 1)),
    })),
  });
}

function problems(data) {
  const total = (row) => data.kinds.reduce((sum, each) => sum + (row[each.kind] ?? 0), 0);
  const rows = [...data.problems].sort((one, other) => total(other) - total(one)).slice(0, 12);
  draw("problems", {
    grid: { left: 8, right: 16, top: 30, bottom: 4, containLabel: true },
    legend: { top: 0, itemWidth: 14, itemHeight: 10, type: "scroll" },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: { type: "value", minInterval: 1 },
    yAxis: { type: "category", inverse: true, data: rows.map((row) => row.name), axisTick: { show: false } },
    series: data.kinds.map((each, place) => ({
      name: each.label, type: "bar", stack: "all", barMaxWidth: 20, itemStyle: { color: KIND_COLOURS[place % KIND_COLOURS.length] },
      data: rows.map((row) => row[each.kind] ?? 0),
    })),
  });
}

const data = pageData();
if (data) {
  tree(data);
  if (data.indicators.length) {
    draw("indicators", stackedShares(data.indicators.map((row) => row.label), data.indicators, GRADES, data.grades, GRADE_COLOURS));
    trend(data);
  }
  problems(data);
  drawMap(data);
}

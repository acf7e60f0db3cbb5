// The map of water quality: a mark for each point, coloured and shaped by how its newest result stands to its limit; areas by their points
// without coordinates. From the database alone; every number also stands in the table of the page.
import { COLOURS, draw, open, pageData } from "../web/js/charts.js";
import { frame, narrowing, notes, zoomable } from "../web/js/map.js";

const MARKS = {
  none: ["circle", COLOURS.dim], not_judged: ["circle", COLOURS.dim], fit: ["circle", COLOURS.good], follow_up: ["diamond", COLOURS.fair], undetermined: ["diamond", COLOURS.fair],
  unfit: ["triangle", COLOURS.bad],
};
const AREAS = { unfit: "#f3cdbf", undetermined: "#d3e6f5", follow_up: "#d3e6f5", fit: "#d9ebe2" };
const SIZE = 12;

// Points of one scheme stand at one place: a ring lets each be seen and touched.
function rings(points) {
  const places = Map.groupBy ? Map.groupBy(points, (point) => String(point.at)) : grouped(points);
  for (const here of places.values()) {
    const radius = here.length > 1 ? 5 + 2.5 * here.length : 0;
    here.forEach((point, number) => {
      const turn = (2 * Math.PI * number) / here.length;
      point.offset = [Math.round(radius * Math.sin(turn)), Math.round(-radius * Math.cos(turn))];
    });
  }
}

function grouped(points) {
  const found = new Map();
  for (const point of points) found.set(String(point.at), [...(found.get(String(point.at)) ?? []), point]);
  return found;
}

function series(geometry) {
  // The worst are drawn last, above the others.
  return Object.entries(MARKS).map(([state, [symbol, color]]) => ({
    name: geometry.states[state], type: "scatter", coordinateSystem: "geo", symbol, symbolSize: state === "unfit" ? SIZE + 3 : SIZE, itemStyle: { color, borderColor: "#fff", borderWidth: 1 },
    data: geometry.points.filter((point) => point.state === state).map((point) => ({ name: point.name, value: point.at, symbolOffset: point.offset, point })),
  })).filter((each) => each.data.length);
}

function regions(geometry) {
  return geometry.of_children ? geometry.features.map(({ properties }) => ({ name: properties.name, itemStyle: { areaColor: AREAS[properties.state] ?? "#eaf2f5" } })) : [];
}

function show(geometry) {
  const features = geometry.features.length ? geometry.features : [frame(geometry.points)];
  const said = new Map(geometry.features.map(({ properties }) => [properties.name, properties.said]));
  window.echarts.registerMap("water", { type: "FeatureCollection", features });
  rings(geometry.points);
  const narrow = document.getElementById("map").clientWidth < 480;
  const drawn = series(geometry);
  const chart = draw("map", {
    tooltip: { formatter: (item) => item.data?.point?.said ?? said.get(item.name) ?? item.name },
    legend: { top: 0, left: 0, orient: narrow ? "horizontal" : "vertical", data: drawn.map((each) => each.name) },
    geo: {
      map: "water", roam: false, layoutCenter: ["50%", narrow ? "54%" : "50%"], layoutSize: "98%", aspectScale: narrowing(features), regions: regions(geometry),
      itemStyle: { areaColor: "#eaf2f5", borderColor: geometry.features.length ? "#5d8296" : "transparent", borderWidth: 1 },
      emphasis: { itemStyle: { areaColor: "#d5e8ef" }, label: { show: false } },
      label: { show: geometry.of_children && features.length <= 40, fontSize: 12, color: COLOURS.ink }, tooltip: { show: true },
    },
    series: drawn,
  });
  if (chart) zoomable(chart);
  chart?.on("click", (item) => open(item.data?.point?.url));
}

async function drawMap(url) {
  const holder = document.getElementById("map-notes");
  if (!holder) return;
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const geometry = await answer.json();
    if (!geometry.features.length && !geometry.points.length) {
      document.getElementById("map").hidden = true;
      holder.textContent = holder.dataset.none;
      return;
    }
    show(geometry);
    notes(holder, geometry);
  } catch {
    holder.textContent = holder.dataset.fail;
  }
}

const data = pageData();
if (data) drawMap(data.map);

// The map: outlines coloured by the share of unsafe households, schemes as points. Drawn from geometry in the
// database alone: no tiles, nothing from outside. Coordinates are shown as they were taken, with their system.
import { COLOURS, PIECES, count, draw, open, share } from "./charts.js";

const OPEN_COLOUR = "#b3402a";
const FINE_COLOUR = "#0f5a78";

function bounds(points) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { at: [x, y] } of points) {
    box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
  }
  const pad = Math.max(box[2] - box[0], box[3] - box[1], 0.01) * 0.1;
  return [box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad];
}

// Without any outline the points need a frame: an invisible rectangle around them.
export function frame(points) {
  const [west, south, east, north] = bounds(points);
  const ring = [[west, south], [west, north], [east, north], [east, south], [west, south]];
  return { type: "Feature", properties: { name: "", numbers: null, url: "" }, geometry: { type: "Polygon", coordinates: [ring] } };
}

function regionText(data, item) {
  const { numbers, name } = item;
  if (!numbers) return name;
  return [name, ...["safe", "basic", "unknown", "unsafe"].map((code) => `${data.overall[code]}  ${count(numbers[code])}  ${share(numbers[code], numbers.households)}`)].join("\n");
}

function series(geometry, words) {
  const part = (open_) => geometry.points.filter((point) => point.open === open_).map((point) => ({ name: point.name, value: point.at, point }));
  const size = geometry.points.length > 300 ? 6 : 9;
  return [
    { name: words.legendFine, type: "scatter", coordinateSystem: "geo", symbolSize: size, itemStyle: { color: FINE_COLOUR, opacity: 0.75 }, data: part(false) },
    { name: words.legendOpen, type: "scatter", coordinateSystem: "geo", symbol: "triangle", symbolSize: size + 4, itemStyle: { color: OPEN_COLOUR }, data: part(true) },
  ];
}

export function notes(holder, geometry) {
  const words = holder.dataset;
  const parts = [];
  if (geometry.outline_systems.length) parts.push(`${words.outline}: ${geometry.outline_systems.join(", ")}`);
  const systems = Object.entries(geometry.point_systems);
  if (systems.length) parts.push(`${words.points}: ${systems.map(([crs, number]) => `${crs} × ${number}`).join(", ")}`);
  const foreign = systems.some(([crs]) => geometry.outline_systems.length && !geometry.outline_systems.includes(crs));
  if (foreign) parts.push(words.unconverted);
  if (geometry.outline_sources.length) parts.push(`${words.source}: ${geometry.outline_sources.join("; ")}`);
  if (geometry.more_points) parts.push(words.more);
  holder.textContent = parts.join(" · ");
}

function coloured(geometry) {
  return geometry.features.map(({ properties: { name, numbers, url } }) => ({
    name, numbers, url, value: numbers?.households ? (100 * numbers.unsafe) / numbers.households : NaN,
  }));
}

// A degree of longitude is shorter than one of latitude: by the cosine of the latitude.
export function narrowing(features) {
  let [south, north] = [90, -90];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      south = Math.min(south, part[1]);
      north = Math.max(north, part[1]);
    } else part.forEach(walk);
  };
  features.forEach((feature) => walk(feature.geometry.coordinates));
  return Math.max(0.2, Math.cos((((south + north) / 2) * Math.PI) / 180));
}

function show(data, geometry, holder) {
  const words = holder.dataset;
  const features = geometry.features.length ? geometry.features : [frame(geometry.points)];
  window.echarts.registerMap("here", { type: "FeatureCollection", features });
  const regions = geometry.of_children ? coloured(geometry) : [];
  const narrow = document.getElementById("map").clientWidth < 480;
  const chart = draw("map", {
    tooltip: { formatter: (item) => (item.data?.point ? `${item.name}\n${item.data.point.class}` : regionText(data, item.data ?? { name: item.name })) },
    legend: { top: 0, left: 0, orient: narrow ? "horizontal" : "vertical", data: [words.legendFine, words.legendOpen] },
    visualMap: geometry.of_children ? { type: "piecewise", seriesIndex: 2, left: 0, bottom: 0, pieces: PIECES, text: [words.share], orient: narrow ? "horizontal" : "vertical", itemSymbol: "rect", textStyle: { fontSize: 12 }, outOfRange: { color: "#e3e8eb" } } : undefined,
    geo: {
      map: "here", roam: false, layoutCenter: ["50%", narrow ? "53%" : "50%"], layoutSize: "98%", aspectScale: narrowing(features),
      itemStyle: { areaColor: "#eaf2f5", borderColor: geometry.features.length ? "#5d8296" : "transparent", borderWidth: 1 },
      emphasis: { itemStyle: { areaColor: "#d5e8ef" }, label: { show: false } },
      label: { show: geometry.of_children && features.length <= 40, fontSize: 12, color: COLOURS.ink }, tooltip: { show: true },
    },
    series: [
      ...series(geometry, words),
      ...(geometry.of_children ? [{ type: "map", geoIndex: 0, data: regions }] : []),
    ],
  });
  if (chart) zoomable(chart);
  chart?.on("click", (item) => open(item.data?.point?.url ?? item.data?.url ?? regions.find((each) => each.name === item.name)?.url));
}

// Zoom by buttons: a wheel or a finger over the map goes on scrolling the page. Once zoomed in, the map can be dragged.
export function zoomable(chart) {
  const buttons = document.querySelector(".zoom");
  let zoom = 1;
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => {
    const factor = Number(event.target.dataset.zoom);
    if (!factor) return;
    zoom = Math.min(20, Math.max(1, zoom * factor));
    if (zoom < 1.1) zoom = 1;
    chart.setOption({ geo: zoom === 1 ? { zoom, roam: false, center: null } : { zoom, roam: "move" } });
  });
}

function nothing(holder) {
  document.getElementById("map").hidden = true;
  const card = document.getElementById("map-card");
  card.hidden = !card.querySelector("a"); // whoever may upload outlines keeps the way there
  holder.textContent = holder.dataset.none;
}

export async function drawMap(data) {
  const holder = document.getElementById("map-notes");
  if (!holder) return;
  try {
    const answer = await fetch(data.map, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const geometry = await answer.json();
    if (!geometry.features.length && !geometry.points.length) {
      nothing(holder);
      return;
    }
    show(data, geometry, holder);
    notes(holder, geometry);
  } catch {
    holder.textContent = holder.dataset.fail;
  }
}

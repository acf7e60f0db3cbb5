// Where the phone is: the best of half a minute. What a browser gives is WGS 84 (EPSG:4326), with or without a signal.

export const SECONDS = 30;
// Good enough where the form asks for nothing else, in metres.
export const GOOD = 10;


const rounded = (number, digits) => Number((number || 0).toFixed(digits));

/** «lat lon alt acc» as records write it. */
export const pointText = ({ latitude, longitude, altitude, accuracy }) => (
  [rounded(latitude, 7), rounded(longitude, 7), rounded(altitude, 1), rounded(accuracy, 1)].join(" "));

/**
 * Looks for the place. `better(fix)` hears of every better one; `ended(why)` once: good, time, or why there is none: denied, nowhere, insecure.
 * Gives a function that ends it.
 */
export function locate(good, better, ended) {
  if (!window.isSecureContext || !navigator.geolocation) {
    ended("insecure");
    return () => null;
  }
  let best = null;
  let watch = null;
  let timer = 0;

  function stop() {
    clearTimeout(timer);
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
  }

  function end(why) {
    stop();
    ended(why);
  }

  timer = setTimeout(() => end(best ? "time" : "nowhere"), SECONDS * 1000);
  watch = navigator.geolocation.watchPosition(({ coords }) => {
    if (watch === null || (best && coords.accuracy >= best.accuracy)) return;
    best = coords;
    better(coords);
    if (coords.accuracy <= good) end("good");
  }, (error) => {
    // A signal may still come before the time is over; a refusal stays one.
    if (error.code === 1) end("denied");
  }, { enableHighAccuracy: true, maximumAge: 0, timeout: SECONDS * 1000 });
  return stop;
}

/** What was typed by hand: the value, or why it is none. */
export function typedPoint(latitude, longitude) {
  const [lat, lon] = [latitude, longitude].map((text) => (/^-?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : NaN));
  if (!(Math.abs(lat) <= 180 && Math.abs(lon) <= 180)) return { why: "form_place_numbers" };
  // In China the north is below 54 and the east above 73.
  if (Math.abs(lat) > 54 && Math.abs(lon) <= 54) return { why: "form_place_swapped" };
  return Math.abs(lat) > 90 ? { why: "form_place_numbers" } : { text: `${lat} ${lon} 0 0` };
}

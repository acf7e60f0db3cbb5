// Lists to choose from, and CSV files to look things up in.

/** The cells of a CSV file; quotes as spreadsheets write them. */
export function cellsOf(text) {
  const rows = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|\r|$)/g;
  cell.lastIndex = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (cell.lastIndex <= text.length) {
    const [all, quoted, plain, end] = cell.exec(text);
    rows[rows.length - 1].push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
    if (end === "" && all === "") break;
    if (end === "") break;
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 1 || row[0] !== "");
}

/** A CSV file as a table with the columns that the form reads. */
export function tableOf(text, columns) {
  const [header = [], ...rows] = cellsOf(text);
  const at = columns.map((name) => header.indexOf(name));
  return { columns, rows: rows.map((row) => at.map((place) => (place < 0 ? undefined : row[place] || ""))) };
}

/** A value that is worked out when it is first asked for. */
function later(object, name, work) {
  const set = (told) => Object.defineProperty(object, name, { configurable: true, enumerable: true, ...told });
  set({ get: () => set({ value: work() })[name] });
}

/** All lists of a plan by name: a row is its cells in the order of columns; undefined is a cell that is not there. */
export function tablesOf(plan, files) {
  const tables = {};
  for (const [name, { columns = [], items }] of Object.entries(plan.lists)) {
    const rows = items.map(([value, text, ...more]) => [value, text, ...more.map((cell) => (cell === "" ? undefined : cell))]);
    tables[name] = { columns: ["name", "label", ...columns], rows, inline: true };
  }
  for (const [name, { file, columns }] of Object.entries(plan.files)) later(tables, name, () => tableOf(files[file] || "", columns));
  return tables;
}

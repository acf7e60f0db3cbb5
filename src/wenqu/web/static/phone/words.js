// The words of the page in the language that was chosen. They come from the server's catalogue, one module a language.

let words = {};

/** Takes the words of a language: "zh" or "en". */
export async function speak(language) {
  words = (await import(language === "en" ? "./words.en.js" : "./words.zh.js")).default;
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
}

/** The text of a key; {name} stands for what is given. */
export function t(key, given = {}) {
  const text = words[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (given[name] === undefined ? all : String(given[name])));
}

// The words of the page in the language that was chosen. They come from the server's catalogue, one module a language.

let words = {};

/** Whether the words of a language can be had now. English comes to the phone when somebody first asks for it; it is asked for
 *  before it is imported, because a module that was not there once stays missing until the page is loaded again. */
export async function has(language) {
  if (language !== "en") return true;
  try {
    return (await fetch(new URL("./words.en.js", import.meta.url))).ok;
  } catch (error) {
    return false;
  }
}

/** Takes the words of a language, "zh" or "en"; Chinese where the other is not to be had. */
export async function speak(language) {
  const english = language === "en" && (await has("en"));
  words = (await (english ? import("./words.en.js") : import("./words.zh.js"))).default;
  document.documentElement.lang = english ? "en" : "zh-CN";
}

/** The text of a key; {name} stands for what is given. */
export function t(key, given = {}) {
  const text = words[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (given[name] === undefined ? all : String(given[name])));
}

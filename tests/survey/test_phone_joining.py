"""All modules of the phone page as one script: what an import means there, and what is refused."""

from __future__ import annotations

import pytest

from wenqu.survey.phone.joining import joined


def test_what_is_taken_comes_from_the_module_that_the_path_means() -> None:
    text = joined({"a/b.js": 'import { one, two as second } from "../c.js";\nimport {\n  three,\n} from "./d.js";\none(second, three);\n', "c.js": "", "a/d.js": ""})
    assert 'const { one, two: second } = need("c.js");' in text and 'three,\n} = need("a/d.js");' in text and "import" not in text


def test_what_is_given_can_be_asked_for() -> None:
    text = joined({"a.js": "export const x = 1;\nexport async function* f() {}\nexport function g() {}\nexport class C {}\nexport async function h() {}\n"})
    before, _, after = text.partition("const x = 1;")
    assert before.endswith("give({ f, g, h });\n") and "give({ x, C });" in after and "export" not in text
    assert "give({ default: whole });" in joined({"w.js": 'export default {"a":"b"};\n'})


def test_what_comes_later_comes_from_the_script_where_it_is_part_of_it() -> None:
    text = joined({"a/b.js": 'go(() => import("./c.js"), () => import("../words.en.js"));\n', "a/c.js": ""})
    assert 'Promise.resolve().then(() => need("a/c.js"))' in text and 'import("./words.en.js")' in text


@pytest.mark.parametrize("text", [
    'import { x } from "./none.js";\n', 'import x from "./a.js";\n', 'import * as x from "./a.js";\n', 'import "./a.js";\n', "export let x = 1;\n",
    "export { x };\n", 'export * from "./a.js";\n', "  export const x = 1;\n", "at(import.meta.url);\n",
])
def test_what_is_written_otherwise_is_refused_and_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"^b\.js: "):
        joined({"a.js": "", "b.js": text})

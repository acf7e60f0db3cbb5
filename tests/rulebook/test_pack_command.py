"""``wenqu pack``: the manual, the check, the comparison, and wrong use in Chinese with status 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from wenqu.cli import main
from wenqu.rulebook.difference import differences
from wenqu.rulebook.loader import load_pack, pack_ids
from wenqu.rulebook.manual import manual, numbers_of

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", pack_ids())
def test_the_manual_shows_every_number_with_its_source(name: str, lang: str) -> None:
    pack = load_pack(name)
    text = manual(pack, lang)
    numbers = [number for _, number in numbers_of(pack.content)]
    marks = ("〔有出处〕", "〔未核实〕") if lang == "zh" else ("[sourced]", "[unverified]")
    assert sum(text.count(mark) for mark in marks) == len(numbers)
    assert text.count(marks[1]) == sum(1 for number in numbers if number["confidence"] == "unverified")
    for number in numbers:
        if number["document"] != "not found":
            assert str(number["document"]) in text
        assert str(number["date"]) in text


def test_show(capsys: Capture) -> None:
    assert main(["pack", "show", "national-2018"]) == 0
    shown = capsys.readouterr().out
    assert "达标：≥ 60 L/(人·d) 〔有出处〕 日期 2018；条款 第2.3条、附录A" in shown
    assert main(["pack", "show", "chongqing-2023", "--lang", "en"]) == 0
    assert "met: ≥ 35 L/(person·d) [unverified] date 2023; clause not found; document not found" in (
        capsys.readouterr().out)


def test_list_names_all_packs(capsys: Capture) -> None:
    assert main(["pack", "list"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in pack_ids())


def test_check_of_a_county_pack(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "county.toml"
    good = ('id = "county"\nkind = "four-indicators"\nextends = "gansu-2018"\nzh = "本县"\nen = "County"\n'
            'edition = "2024"\nregion = "本县"\nin_force = "2024"\n'
            '[quantity.flat.met]\nvalue = 25\nunit = "L/(人·d)"\ndate = "2024"\nclause = "第1条"\n'
            'document = "县文件"\nconfidence = "sourced"\n')
    path.write_text(good, encoding="utf-8")
    assert main(["pack", "check", str(path)]) == 0
    assert "没有问题" in capsys.readouterr().out
    path.write_text(good.replace("value", "valu"), encoding="utf-8")
    assert main(["pack", "check", str(path)]) == 1
    error = capsys.readouterr().err
    assert "county.toml：quantity.flat.met.value：缺少必填项［key_missing］" in error
    assert "county.toml：quantity.flat.met.valu：不认识的键" in error
    assert "共 2 处问题" in error


def test_diff(capsys: Capture) -> None:
    assert main(["pack", "diff", "national-2018", "gansu-2018"]) == 0
    shown = capsys.readouterr().out
    assert "convenience.time.met：10 分钟 → 20 分钟" in shown
    assert "- convenience.distance.join：all" in shown
    assert "+ quantity.flat.met：20 L/(人·d)" in shown
    assert main(["pack", "diff", "gansu-2018", "gansu-2018"]) == 0
    assert "规则相同" in capsys.readouterr().out


def test_differences_tell_a_new_citation_from_a_new_value() -> None:
    found = {row.key: row.what for row in differences(load_pack("national-2018"), load_pack("gansu-2018"))}
    assert found["quality.lab"] == "citation"
    assert found["reliability.all.met"] == "changed"
    assert "id" not in found


@pytest.mark.parametrize(("words", "said"), [
    ([], "用法：wenqu 命令"),
    (["nothing"], "没有“nothing”这个命令"),
    (["pack"], "缺少必填参数"),
    (["pack", "show"], "缺少必填参数"),
    (["pack", "fly"], "不在可选范围内"),
    (["pack", "show", "x", "--lang", "fr"], "不在可选范围内"),
    (["pack", "show", "x", "--colour"], "不认识的参数"),
    (["pack", "show", "nowhere"], "没有这个规则包"),
    (["pack", "check", "nowhere.toml"], "没有这个文件"),
])
def test_wrong_use_ends_with_1_and_says_why(words: list[str], said: str, capsys: Capture) -> None:
    assert main(words) == 1
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


def test_help_is_chinese(capsys: Capture) -> None:
    assert main(["pack", "show", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "用法：" in shown and "选项" in shown and "usage" not in shown

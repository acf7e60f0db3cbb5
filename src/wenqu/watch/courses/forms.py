"""Forms of courses: of a clue, of a removal, and of an act, made of what its procedure asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenqu.evidence.forms import FilesField
from wenqu.evidence.receiving import receive_all
from wenqu.kit.languages import in_english
from wenqu.kit.plain_words import without_number
from wenqu.places.models import Role
from wenqu.places.scope import Area
from wenqu.rulebook.watch.procedures import Doing, Situation, Votes
from wenqu.rulebook.watch.procedures.clauses import PHOTO
from wenqu.rulebook.watch.procedures.model import PaperKind
from wenqu.rulebook.watch.procedures.words import LEVEL_NAMES, SIGNERS
from wenqu.watch.courses.asked import Wanted, asked_for
from wenqu.watch.courses.entering import causes_of, judging_at, kinds_of
from wenqu.watch.courses.given import Entering, Given, Handed
from wenqu.watch.courses.known import known_for
from wenqu.watch.courses.replay import Replayed
from wenqu.watch.helping.queries import contacts_for
from wenqu.watch.models.courses import Way

_NO_NUMBERS = _("不要写证件号码、电话或账号。")
_CHOOSE = ("", _("请选择"))
_DAY = {"type": "date"}
VOTES = (("present", _("到会人数")), ("agree", _("同意")), ("against", _("反对")), ("abstain", _("弃权")))


def called(zh: str, en: str) -> str:
    """A name of a pack in the language that is read."""
    return en if in_english() else zh


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"), **more)


class ClueForm(forms.Form):
    """A clue that somebody may be at risk."""

    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    way = forms.ChoiceField(label=_("线索来源"), choices=[_CHOOSE, *Way.choices])
    begun_on = day_field(_("发现日期"))
    clue = forms.CharField(label=_("遇到了什么情况"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_NO_NUMBERS)

    def clean_clue(self) -> str:
        return without_number(self.cleaned_data["clue"])


class LeaveForm(forms.Form):
    """The beginning of a removal."""

    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)
    begun_on = day_field(_("启动日期"))
    clue = forms.CharField(label=_("风险为什么已经消除"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_NO_NUMBERS)

    def clean_clue(self) -> str:
        return without_number(self.cleaned_data["clue"])


class ActForm(forms.Form):
    """One act. What is missing is not the form's to refuse: the procedure names every reason at once."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)

    def __init__(self, *args: Any, here: Replayed, wanted: Wanted, area: Area, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here, self.wanted, self.today = here, wanted, today
        self.asked = asked_for(here, wanted)
        self.dated = wanted.doing not in (Doing.POST, Doing.TAKE_DOWN)
        if self.dated:
            self.fields["on"] = day_field(_("办理日期"), initial=today)
        if wanted.doing == Doing.OBJECT:
            self.fields["who"] = forms.CharField(label=_("谁提出的"), max_length=80, required=False, help_text=_("可以不写姓名，如“一位村民”。"))
        self.fields["words"] = forms.CharField(
            label=_words_label(wanted), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_NO_NUMBERS)
        for paper in (*self.asked.papers, *self.asked.maybe):
            self._ask_paper(paper, must=paper in self.asked.papers)
        for board in self.asked.boards:
            self.fields[f"photo-{board}"] = FilesField(
                label=gettext("%(board)s公示栏照片") % {"board": called(*LEVEL_NAMES[board])}, required=False, help_text=_("拍下整个公示栏，看得清日期"))
        if self.asked.leaving:
            self._ask_situation()
        if self.asked.last:
            self._ask_entering(area)

    def _ask_paper(self, paper: PaperKind, must: bool) -> None:
        name = called(paper.zh, paper.en)
        label = name if must else gettext("%(paper)s（整户无劳动能力时必须提供）") % {"paper": name}
        self.fields[f"paper-{paper.id}"] = FilesField(label=label, required=False)
        if paper.signers:
            self.fields[f"signers-{paper.id}"] = forms.MultipleChoiceField(
                label=gettext("“%(paper)s”上已有的签字") % {"paper": name}, required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(each, called(*SIGNERS.get(each, (each, each)))) for each in paper.signers])
        if paper.shape == "minutes":
            for part, words in VOTES:
                self.fields[f"votes-{paper.id}-{part}"] = forms.IntegerField(label=words, required=False, min_value=0, max_value=9999)

    def _ask_situation(self) -> None:
        """What was told last stands in the fields, else what other rooms know, with its source: whoever goes on says what is true on the day."""
        told, rule = self.here.situation, self.here.pack.leaving
        known = known_for(self.here.row.household, self.today, timezone.now())

        def offered(name: str, value: Any) -> Any:
            return value if value is not None or name not in known else known[name].value

        def source(name: str, before: str = "") -> str:
            return "；".join(filter(None, (before, gettext("系统已知：%(source)s") % {"source": known[name].source} if name in known else "")))

        self.fields["workers"] = forms.IntegerField(
            label=_("家庭有劳动能力的人数"), required=False, min_value=0, max_value=50, initial=offered("workers", told.workers),
            help_text=source("workers", gettext("没有核实就留空")))
        self.fields["protected_since"] = day_field(
            _("兜底保障（低保、特困等）从哪天起"), required=False, initial=offered("protected_since", told.protected_since), help_text=source("protected_since"))
        for one in rule.conditions.values():
            if one.asked.text == "yes":
                met = offered(one.id, told.met.get(one.id))
                self.fields[f"met-{one.id}"] = forms.ChoiceField(
                    label=called(one.zh, one.en), required=False, initial="" if met is None else "yes" if met else "no",
                    choices=[("", _("尚未核实")), ("yes", _("已达到")), ("no", _("没有达到"))], help_text=source(one.id))
        self.fields["natural"] = forms.BooleanField(label=_("风险自然消除（没有靠帮扶措施）"), required=False, initial=told.natural)

    def _ask_entering(self, area: Area) -> None:
        row = self.here.row
        pack = judging_at(row.path, self.today)
        kinds, causes = (list(kinds_of(pack).items()), list(causes_of(pack).items())) if pack else ([], [])
        self.fields["object_kind"] = forms.ChoiceField(label=_("监测对象类型"), choices=[_CHOOSE, *kinds], required=False)
        self.fields["main_cause"] = forms.ChoiceField(label=_("主要风险"), choices=[_CHOOSE, *causes], required=False)
        self.fields["causes"] = forms.MultipleChoiceField(label=_("其他风险"), choices=causes, required=False, widget=forms.CheckboxSelectMultiple)
        self.fields["helper_name"] = forms.CharField(label=_("帮扶责任人"), max_length=80, required=False, help_text=_("纳入后不能为空"))
        self.fields["helper_unit"] = forms.CharField(label=_("帮扶单位"), max_length=120, required=False)
        self.fields["helper_phone"] = forms.CharField(label=_("帮扶责任人电话"), max_length=20, required=False)
        self.people = {str(each.pk): each for each in contacts_for(area.whole, row.path, self.today)}
        self.fields["contact"] = forms.ChoiceField(
            label=_("联系人"), required=False, choices=[("", "—"), *((pk, each.name) for pk, each in self.people.items())])

    def given(self) -> Given:
        """What the form says; its files are taken in by this, before the transaction of the act."""
        data, wanted = self.cleaned_data, self.wanted
        return Given(
            wanted.doing, data["on"] if self.dated else self.today, wanted.step, wanted.outcome, wanted.to, wanted.objection,
            papers=tuple(self._papers()), words=data["words"], who=data.get("who", ""),
            situation=self._situation() if self.asked.leaving else None, entering=self._entering() if self.asked.last else None)

    def _papers(self) -> list[Handed]:
        found = []
        for paper in (*self.asked.papers, *self.asked.maybe):
            signers = tuple(self.cleaned_data.get(f"signers-{paper.id}", ()))
            files = receive_all(self.cleaned_data[f"paper-{paper.id}"])
            # Pages of one paper: what was signed and voted is told once.
            found += [Handed(paper.id, file, signers=signers if at == 0 else (), votes=self._votes(paper) if at == 0 else None) for at, file in enumerate(files)]
        for board in self.asked.boards:
            found += [Handed(PHOTO, file, board) for file in receive_all(self.cleaned_data[f"photo-{board}"])]
        return found

    def _votes(self, paper: PaperKind) -> Votes | None:
        told = [self.cleaned_data.get(f"votes-{paper.id}-{part}") for part, _label in VOTES]
        if told[0] is None or told[1] is None:
            return None
        return Votes(*(each or 0 for each in told))

    def _situation(self) -> Situation:
        data, rule = self.cleaned_data, self.here.pack.leaving
        met = {name: {"yes": True, "no": False}.get(data.get(f"met-{name}", "")) for name in rule.conditions}
        return Situation(data["workers"], data["protected_since"], met, data["natural"])

    def _entering(self) -> Entering:
        data = self.cleaned_data
        return Entering(data["object_kind"], data["main_cause"], data["helper_name"], tuple(data["causes"]), data["helper_unit"], data["helper_phone"],
                        self.people.get(data["contact"]))


def _words_label(wanted: Wanted) -> str:
    if wanted.doing == Doing.OBJECT:
        return gettext("异议内容")
    if wanted.doing == Doing.RULE:
        return gettext("查了什么，为什么这样处理")
    if wanted.doing == Doing.URGENT or wanted.outcome in ("turn_down", "back"):
        return gettext("情况和理由")
    return gettext("说明")


def role_names(roles: tuple[str, ...]) -> str:
    """Roles of this system in words."""
    known = dict(Role.choices)
    return gettext("、").join(str(known.get(role, role)) for role in roles)


def wanted_of(data: Any) -> Wanted:
    """What a request asks to be done: whatever was sent, cut to the length of a name of a pack. The act refuses what is none."""
    return Wanted(*(str(data.get(name, ""))[:40] for name in ("doing", "step", "outcome", "to", "objection")))

"""Many phones at the same moment, or one that repeats itself, as processes of their own with threads; run by `test_crowd.py`.

    crowd.py prepare                   a small county with a survey under way; prints the token of a phone
    crowd.py repeat TOKEN TIMES        the same record with the same two photos, so often; prints the different answers
    crowd.py parts TOKEN RECORDS       records in three parts each, their parts in any order, from many threads
    crowd.py count                     prints how many rows there are of what
"""

from __future__ import annotations

import json
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable

from wenqu.kit.boot import start

start(migrate=sys.argv[1] == "prepare")

from cast import AT, make_cast  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from survey.field import make_field, record  # noqa: E402

from openrosa.client import Collect  # noqa: E402
from openrosa.test_collect import NAMED, PHOTOS  # noqa: E402
from wenqu.evidence.models import Evidence  # noqa: E402
from wenqu.households.models import Household  # noqa: E402
from wenqu.kit.crypto.keys import create  # noqa: E402
from wenqu.kit.models import AuditEntry  # noqa: E402
from wenqu.survey.models import Attachment, Submission  # noqa: E402

settings.FIELD_PER_MINUTE = 1_000_000
settings.ALLOWED_HOSTS = ["testserver"]
THREADS = 8


def prepare() -> None:
    if not settings.KEYS_FILE.exists():
        create(settings.KEYS_FILE, "aes-256-gcm", AT)
    print(json.dumps(make_field(make_cast()).phone.token))


def _all(works: list[Callable[[], None]]) -> None:
    errors: list[BaseException] = []

    def some(mine: list[Callable[[], None]]) -> None:
        try:
            for work in mine:
                work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=some, args=(works[number::THREADS],)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def repeat(token: str, times: int) -> None:
    home, answers = Household.objects.order_by("pk").first(), Counter[str]()
    connection.close()
    xml = record(home, "uuid:the-same", extra=NAMED)
    same = {"photo0.jpg": PHOTOS["photo0.jpg"], "photo1.jpg": PHOTOS["photo0.jpg"]}

    def send() -> None:
        answer = Collect(f"http://testserver/x/{token}").post(xml, same)
        answers[f"{answer.status_code} {answer.content.decode()}"] += 1

    _all([send] * times)
    print(json.dumps(answers))


def parts(token: str, records: int) -> None:
    home = Household.objects.order_by("pk").first()
    connection.close()
    works = []
    for number in range(records):
        xml = record(home, f"uuid:{sys.argv[4]}-{number}", extra=NAMED)
        works += [lambda xml=xml, name=name: Collect(f"http://testserver/x/{token}").post(xml, {name: PHOTOS[name]}, incomplete=True) for name in PHOTOS]
    random.Random(records).shuffle(works)
    _all(works)
    print(json.dumps("done"))


def count() -> None:
    print(json.dumps({
        "records": Submission.objects.count(), "attachments": Attachment.objects.count(), "evidence": Evidence.objects.count(),
        "received": AuditEntry.objects.filter(verb="receive_submission").count(),
        "incomplete": Submission.objects.exclude(missing=[]).count(), "states": dict(Counter(Submission.objects.values_list("state", flat=True))),
    }))


if __name__ == "__main__":
    {"prepare": prepare, "count": count, "repeat": lambda: repeat(sys.argv[2], int(sys.argv[3])),
     "parts": lambda: parts(sys.argv[2], int(sys.argv[3]))}[sys.argv[1]]()

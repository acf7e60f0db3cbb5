"""Many phones at the same moment, or one that repeats itself, as processes of their own with threads; run by `test_crowd.py`.

    crowd.py prepare                   a small county with a survey under way; prints the token of a phone
    crowd.py repeat TOKEN TIMES        the same record with the same two photos, so often; prints the different answers
    crowd.py parts TOKEN RECORDS       records in three parts each, their parts in any order, from many threads
    crowd.py photos TOKEN TIMES        two records, their photos of equal names or equal bytes, in parts and in any order; prints the different answers
    crowd.py bodies TOKEN RECORDS      prints requests, each with a record and a photo of its own
    crowd.py opened                    prints of every record whether its photo opens and is the one that was sent
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
from wenqu.evidence.stores import name_of, storage  # noqa: E402
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


def photos(token: str, times: int) -> None:
    home, answers = Household.objects.order_by("pk").first(), Counter[str]()
    connection.close()
    one, two = PHOTOS["photo0.jpg"], PHOTOS["photo1.jpg"]
    a, b = (record(home, f"uuid:{name}", extra=NAMED.replace("photo2.jpg", "photo1.jpg")) for name in "ab")
    # Of «a» both photos are one content; of «b» one name comes with two.
    sent = [(a, {"photo0.jpg": one, "photo1.jpg": one}), (b, {"photo0.jpg": one, "photo1.jpg": two}), (b, {"photo0.jpg": two}), (a, {"photo1.jpg": one})]

    def work(xml: bytes, files: dict[str, bytes]) -> Callable[[], None]:
        def send() -> None:
            answer = Collect(f"http://testserver/x/{token}").post(xml, files)
            answers[f"{answer.status_code} {answer.content.decode()}"] += 1

        return send

    works = [work(xml, files) for _ in range(times // 2) for xml, files in sent]
    random.Random(times).shuffle(works)
    _all(works)
    print(json.dumps(answers))


def _photo(number: int) -> bytes:
    return PHOTOS["photo0.jpg"] + str(number).encode()


def bodies(token: str, records: int) -> None:
    home, made = Household.objects.order_by("pk").first(), {}
    for number in range(records):
        parts = (("xml_submission_file", "text/xml", record(home, f"uuid:{number}", extra="<evidence><photo_tap>tap.jpg</photo_tap></evidence>")),
                 ("tap.jpg", "image/jpeg", _photo(number)))
        made[f"uuid:{number}"] = (b"".join(
            f'--EDGE\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'.encode() + content + b"\r\n"
            for name, kind, content in parts) + b"--EDGE--\r\n").decode("latin-1")
    print(json.dumps(made))


def opened() -> None:
    rows = Attachment.objects.select_related("submission", "evidence")
    print(json.dumps({
        row.submission.instance_id: b"".join(storage().pieces(name_of(row.evidence.sha256))) == _photo(int(row.submission.instance_id[5:])) for row in rows}))


def _files() -> list[tuple[str, str, int]]:
    names = Counter(Attachment.objects.values_list("submission__instance_id", "name"))
    return sorted((instance.removeprefix("uuid:"), name, times) for (instance, name), times in names.items())


def count() -> None:
    print(json.dumps({
        "records": Submission.objects.count(), "attachments": Attachment.objects.count(), "evidence": Evidence.objects.count(),
        "received": AuditEntry.objects.filter(verb="receive_submission").count(),
        "files": [list(each) for each in _files()],
        "incomplete": Submission.objects.exclude(missing=[]).count(), "states": dict(Counter(Submission.objects.values_list("state", flat=True))),
    }))


if __name__ == "__main__":
    {"prepare": prepare, "count": count, "repeat": lambda: repeat(sys.argv[2], int(sys.argv[3])), "opened": opened,
     "photos": lambda: photos(sys.argv[2], int(sys.argv[3])), "bodies": lambda: bodies(sys.argv[2], int(sys.argv[3])),
     "parts": lambda: parts(sys.argv[2], int(sys.argv[3]))}[sys.argv[1]]()

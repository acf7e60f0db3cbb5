from django.apps import AppConfig


class BooksConfig(AppConfig):
    name = "wenqu.books"
    label = "books"
    verbose_name = "双台账"

    def ready(self) -> None:
        from wenqu.books import keeping, open_work, panels
        from wenqu.jobs.kinds import offer_kind
        from wenqu.places.rights import Right

        offer_kind("books_look", look_job, Right.COMPARE)
        offer_kind("books_compare", compare_job, Right.COMPARE)
        offer_kind("books_issue", issue_job, Right.COMPARE)
        offer_kind("books_return", return_job, Right.COMPARE)
        keeping.offer()
        open_work.offer()
        panels.offer()


def look_job(job, progress) -> None:
    """The job kind «books_look»: the dry look of args {"comparison": pk}."""
    _run(job, progress, "look_into")


def compare_job(job, progress) -> None:
    """The job kind «books_compare»: run again, it begins anew with a fresh snapshot of our side."""
    _run(job, progress, "compare_books")


def issue_job(job, progress) -> None:
    """The job kind «books_issue»: write the signed workbook of args {"issue": pk}; run again, it is written anew."""
    _run(job, progress, "write_issue")


def return_job(job, progress) -> None:
    """The job kind «books_return»: take what came back, args {"return": pk}, in one transaction."""
    _run(job, progress, "take_return")


def _run(job, progress, verb: str) -> None:
    # The engine is loaded when the first comparison starts, not when a server starts.
    from django.utils import timezone

    from wenqu.books import actions, queries
    from wenqu.kit.audit import SYSTEM

    # Whoever lost the duty since they asked is refused by the action.
    getattr(actions, verb)(**queries.rows_of(job.args), by=job.by or SYSTEM, at=timezone.now(), progress=progress)

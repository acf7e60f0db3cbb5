from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "wenqu.registers"
    label = "registers"
    verbose_name = "台账导入"

    def ready(self) -> None:
        from wenqu.jobs.kinds import offer_kind
        from wenqu.places.rights import Right
        from wenqu.registers import keeping, open_work, sealing

        offer_kind("import_check", check_job, Right.IMPORT)
        offer_kind("import_write", write_job, Right.IMPORT)
        offer_kind("import_undo", undo_job, Right.IMPORT)
        open_work.offer()
        sealing.offer()
        keeping.offer()


def check_job(job, progress) -> None:
    """The job kind «import_check»: the dry run of args {"batch": pk}."""
    _run(job, progress, "check_batch")


def write_job(job, progress) -> None:
    """The job kind «import_write»: write a checked batch; run again, it goes on at the next chunk."""
    _run(job, progress, "import_batch")


def undo_job(job, progress) -> None:
    """The job kind «import_undo»: take a batch back; run again, it goes on at the next chunk."""
    _run(job, progress, "undo_batch")


def _run(job, progress, verb: str) -> None:
    # The engine is loaded when the first import starts, not when a server starts.
    from django.utils import timezone

    from wenqu.importing.models import Batch
    from wenqu.kit.audit import SYSTEM
    from wenqu.registers import actions

    batch = Batch.objects.select_related("division", "job").get(pk=job.args["batch"])
    getattr(actions, verb)(batch=batch, by=job.by or SYSTEM, at=timezone.now(), progress=progress)

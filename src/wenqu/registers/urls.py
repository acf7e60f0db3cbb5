"""Pages of the import of registers."""

from django.urls import path

from wenqu.registers.views import batch, batches, mappings, upload

app_name = "registers"
urlpatterns = [
    path("", batches.batch_list, name="list"),
    path("upload/", upload.upload, name="upload"),
    path("<int:pk>/", batch.show, name="batch"),
    path("<int:pk>/progress/", batch.progress, name="progress"),
    path("<int:pk>/annotated/", batch.annotated, name="annotated"),
    path("<int:pk>/check/", batch.check_again, name="check"),
    path("<int:pk>/import/", batch.confirm, name="import"),
    path("<int:pk>/undo/", batch.undo, name="undo"),
    path("<int:pk>/mapping/", mappings.edit, name="mapping"),
    path("mappings/", mappings.mapping_list, name="mappings"),
    path("mappings/<int:pk>/delete/", mappings.delete, name="delete-mapping"),
]

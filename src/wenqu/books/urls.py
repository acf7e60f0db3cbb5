"""Pages of the comparison of two books."""

from django.urls import path

from wenqu.books.views import comparison, comparisons, results, rows, upload

app_name = "books"
urlpatterns = [
    path("", comparisons.comparison_list, name="list"),
    path("upload/", upload.upload, name="upload"),
    path("<int:pk>/", comparison.show, name="comparison"),
    path("<int:pk>/progress/", comparison.progress, name="progress"),
    path("<int:pk>/look/", comparison.look_again, name="look"),
    path("<int:pk>/compare/", comparison.compare, name="compare"),
    path("<int:pk>/mapping/", comparison.mapping, name="mapping"),
    path("<int:pk>/rows/", rows.row_list, name="rows"),
    path("<int:pk>/rows/rule/", rows.rule, name="rule"),
    path("<int:pk>/rows/rule-all/", rows.rule_all, name="rule-all"),
    path("<int:pk>/issue/", results.issue, name="issue"),
    path("<int:pk>/return/", results.take_back, name="return"),
    path("issues/<int:pk>/", results.fetch, name="fetch"),
]

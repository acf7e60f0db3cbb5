"""Pages of the watch list."""

from django.urls import path

from wenqu.watch.views import editor, judging, whatif

app_name = "watch"
urlpatterns = [
    path("judged/", judging.judged_list, name="judged"),
    path("judged/moves/", judging.moves, name="moves"),
    path("judged/runs/new/", judging.new_run, name="new-run"),
    path("judged/<int:pk>/", judging.household, name="judging-household"),
    path("judged/<int:pk>/facts/", judging.tell, {"what": "facts"}, name="tell-facts"),
    path("judged/<int:pk>/items/", judging.tell, {"what": "items"}, name="tell-items"),
    path("judged/<int:pk>/let-stand/", judging.let_stand, name="let-stand"),
    path("judged/facts/<int:pk>/withdraw/", judging.withdraw, {"what": "fact"}, name="withdraw-fact"),
    path("judged/items/<int:pk>/withdraw/", judging.withdraw, {"what": "item"}, name="withdraw-item"),
    path("editor/", editor.shelf, name="editor"),
    path("editor/edit/", editor.edit, name="edit"),
    path("editor/check/", editor.check, name="check"),
    path("editor/difference/", editor.difference, name="difference"),
    path("what-if/", whatif.scenario_list, name="scenarios"),
    path("what-if/new/", whatif.new, name="new-scenario"),
    path("what-if/compare/", whatif.compare, name="compare"),
    path("what-if/<int:pk>/", whatif.show, name="scenario"),
    path("what-if/<int:pk>/names/", whatif.names, name="scenario-names"),
    path("what-if/<int:pk>/again/", whatif.again, name="scenario-again"),
]

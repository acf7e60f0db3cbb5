"""Pages of water quality."""

from django.urls import path

from wenqu.quality.views import calendar, deliveries, plans, points, results, samples, trips

app_name = "quality"
urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("calendar.xlsx", calendar.calendar_workbook, name="calendar-workbook"),
    path("plans/", plans.shelf, name="plans"),
    path("plans/adopt/", plans.adopt, name="adopt"),
    path("plans/<int:pk>/drop/", plans.drop, name="drop"),
    path("plans/<int:pk>/proposals/", plans.proposed, name="proposals"),
    path("plans/editions/<int:pk>/", plans.edition_page, name="edition"),
    path("points/", points.point_list, name="points"),
    path("points/new/", points.new_point, name="new-point"),
    path("points/<int:pk>/", points.point_page, name="point"),
    path("points/<int:pk>/edit/", points.edit, name="edit-point"),
    path("points/<int:pk>/end/", points.end, name="end-point"),
    path("points/<int:pk>/done/", points.tell, name="tell-done"),
    path("tallies/<int:pk>/withdraw/", points.withdraw, name="withdraw-tally"),
    path("samples/", samples.sample_list, name="samples"),
    path("samples/find/", samples.find, name="find-sample"),
    path("samples/plan/", trips.plan, name="plan-samples"),
    path("samples/<int:pk>/", samples.sample_page, name="sample"),
    path("samples/<int:pk>/trip/", trips.trip, name="trip"),
    path("samples/<int:pk>/labels/", trips.labels, name="labels"),
    path("samples/<int:pk>/take/", samples.take, name="take-sample"),
    path("samples/<int:pk>/hand-over/", samples.hand, name="hand-over"),
    path("samples/<int:pk>/receive/", samples.take_in, name="receive-sample"),
    path("samples/<int:pk>/void/", samples.void, name="void-sample"),
    path("samples/<int:pk>/retest/", samples.retest, name="retest-sample"),
    path("results/", results.desk, name="results"),
    path("results/<int:pk>/", results.sample_results, name="sample-results"),
    path("results/<int:pk>/enter/", results.enter, name="enter-results"),
    path("results/<int:pk>/settle/", results.settle, name="settle-results"),
    path("results/one/<int:pk>/correct/", results.correct, name="correct-result"),
    path("laboratories/", deliveries.laboratories, name="laboratories"),
    path("laboratories/<int:pk>/", deliveries.edit_laboratory, name="edit-laboratory"),
    path("deliveries/", deliveries.delivery_list, name="deliveries"),
    path("deliveries/new/", deliveries.upload, name="upload"),
    path("deliveries/<int:pk>/", deliveries.delivery_page, name="delivery"),
    path("deliveries/<int:pk>/progress/", deliveries.progress, name="delivery-progress"),
    path("deliveries/<int:pk>/read/", deliveries.read_again, name="read-delivery"),
    path("deliveries/<int:pk>/mapping/", deliveries.remap, name="map-delivery"),
    path("deliveries/<int:pk>/take/", deliveries.take, name="take-delivery"),
    path("deliveries/<int:pk>/marked.xlsx", deliveries.marked, name="marked-delivery"),
]

from django.urls import path

from brobygger.payments.budget import views

urlpatterns = [
    path("budget/", views.budget, name="budget"),
    path("budget/forloeb/", views.budget_cases, name="budget_cases"),
    path("budget/fastsaet/", views.set_budget, name="set_budget"),
    path("budget/kontoplan/", views.chart, name="chart"),
    path("budget/kontoplan/skabelon/", views.chart_template, name="chart_template"),
    path("refusion/", views.reimbursement, name="reimbursement"),
]

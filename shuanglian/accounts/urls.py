from allauth.account import views as entrance
from django.urls import include, path

from shuanglian.accounts import views

urlpatterns = [
    path("accounts/login/", views.SignIn.as_view(), name="account_login"),
    path("accounts/logout/", entrance.logout, name="account_logout"),
    path("accounts/password/change/", entrance.password_change, name="account_change_password"),
    path("accounts/password/set/", entrance.password_set, name="account_set_password"),
    path("accounts/reauthenticate/", entrance.reauthenticate, name="account_reauthenticate"),
    path("accounts/role/", views.switch_role, name="switch_role"),
    path("accounts/demo/", views.demo_sign_in, name="demo_sign_in"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]

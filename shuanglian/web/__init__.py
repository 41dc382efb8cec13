"""The shell around every page: the desk, the menu, the search box, the error pages, the public home.

It stores nothing. What it shows it asks of the apps below, through their ``queries``; what it lets people do are
links and forms that belong to those apps.
"""

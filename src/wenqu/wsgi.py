"""The WSGI application."""

from django.core.handlers.wsgi import WSGIHandler

from wenqu.kit.boot import load

load()
application = WSGIHandler()

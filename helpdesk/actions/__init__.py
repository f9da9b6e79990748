"""The verbs: everything that may happen to a ticket, one file each.

An action takes a session and plain values, checks the right to do it, returns a plain value or
the row it made, raises the errors of :mod:`helpdesk.errors`, and never commits, sends, or looks
at a clock it was not given.
"""

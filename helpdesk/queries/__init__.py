"""What the pages and the API read: frozen results, each in one or few statements.

A query takes a session and the actor, shows only what they may see, and changes nothing.
"""

"""The pages' server: slow clients and open streams wait in one loop, and take no thread.

Gunicorn is the master (it holds the socket, starts processes again, hands on signals). Each of its
processes runs uvicorn, which talks HTTP, and the bridge, which calls the Flask application in a
thread once a request is there in full. ``docs/decisions/0019-one-port-and-no-waiting-threads.md``
says why.
"""

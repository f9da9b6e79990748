"""``python -m commands``: the ``postdesk`` command, whatever it is installed as."""

from commands.main import main

main(prog_name="postdesk")

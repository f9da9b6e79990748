"""The ``postdesk`` command, a file a subcommand."""

"""The admins' pages: people, mailboxes, categories, API tokens, and the log of what was changed."""
